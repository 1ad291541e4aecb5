"""A head that waits for its body."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from graph.held_heads import HeldHead

if TYPE_CHECKING:
    from collections.abc import Iterable


class Recorder(asyncio.Transport):
    """Keeps each call that would be one of the system."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.calls.append(bytes(data))

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        self.calls.append(b"".join(list_of_data))

    def close(self) -> None:
        self.calls.append(b"closed")


async def test_a_head_and_the_body_that_comes_at_once_are_one_call() -> None:
    recorder = Recorder()
    held = HeldHead(recorder)
    held.write(b"head ")
    held.write(b"body")
    await asyncio.sleep(0)
    assert recorder.calls == [b"head body"]


async def test_a_head_whose_body_comes_later_does_not_wait() -> None:
    recorder = Recorder()
    held = HeldHead(recorder)
    held.write(b"head")
    await asyncio.sleep(0)
    held.write(b"body")
    held.write(b"more")
    assert recorder.calls == [b"head", b"body", b"more"]


async def test_a_connection_is_closed_behind_the_head() -> None:
    recorder = Recorder()
    held = HeldHead(recorder)
    held.write(b"head")
    held.close()
    await asyncio.sleep(0)
    assert recorder.calls == [b"head", b"closed"]
