"""The processes that make images: how many, for how long, and what they may."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import psutil
import pytest
import pyvips  # type: ignore[import-untyped]  # it brings stubs, and does not say so

from domain.errors import TimedOutError, UnavailableError
from domain.storage.errors import ObjectMissingError
from domain.storage.images import Fit, ImageFormat, Transform
from domain.storage.objects import Expected, new_object_key
from persistence.images.processes import WAITING, open_image_processes
from persistence.objects.disk import open_disk_store

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator
    from pathlib import Path

    from domain.storage.objects import ObjectStore
    from persistence.images.processes import ImageProcesses

SMALL = Transform(64, 64, Fit.INSIDE, None, 80)
MOST_PIXELS = 100_000_000
PATIENCE = 30.0


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[ObjectStore]:
    async with open_disk_store(tmp_path / "data" / "objects") as store:
        yield store


async def put(store: ObjectStore, body: bytes) -> str:
    async def pieces() -> AsyncIterator[bytes]:
        yield body

    return (await store.write(new_object_key(), pieces(), Expected())).key


def picture(side: int = 100) -> bytes:
    return bytes(pyvips.Image.black(side, side, bands=3).copy(interpretation="srgb").write_to_buffer(".png"))


async def make(processes: ImageProcesses, key: str) -> bytes:
    async with asyncio.timeout(PATIENCE):
        return await processes.make(key, SMALL, ImageFormat.PNG)


async def test_an_image_is_made(store: ObjectStore) -> None:
    async with open_image_processes(store, workers=1, most_pixels=MOST_PIXELS, seconds=PATIENCE) as processes:
        made = await make(processes, await put(store, picture()))
    assert pyvips.Image.new_from_buffer(made, "").width == 64


async def test_one_that_takes_too_long_is_given_up(store: ObjectStore) -> None:
    async with open_image_processes(store, workers=1, most_pixels=MOST_PIXELS, seconds=0.001) as processes:
        with pytest.raises(TimedOutError):
            await make(processes, await put(store, picture(5000)))
    assert not [each for each in psutil.Process().children() if "persistence.images.making" in each.cmdline()]


async def test_no_more_wait_than_there_is_room_for(store: ObjectStore) -> None:
    key = await put(store, picture())
    async with open_image_processes(store, workers=1, most_pixels=MOST_PIXELS, seconds=PATIENCE) as processes:
        asked = [asyncio.ensure_future(processes.make(key, SMALL, ImageFormat.PNG)) for _ in range(WAITING + 1)]
        await asyncio.sleep(0)
        with pytest.raises(UnavailableError):
            await make(processes, key)
        for each in asked:
            each.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        assert await make(processes, key)


async def test_a_source_that_is_missing_is_told(store: ObjectStore) -> None:
    async with open_image_processes(store, workers=1, most_pixels=MOST_PIXELS, seconds=PATIENCE) as processes:
        with pytest.raises(ObjectMissingError):
            await make(processes, new_object_key())


async def test_a_source_from_elsewhere_is_copied_first(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nowhere(_: str) -> None:
        return None

    key = await put(store, picture())
    monkeypatch.setattr(store, "local_file", nowhere)
    async with open_image_processes(store, workers=1, most_pixels=MOST_PIXELS, seconds=PATIENCE) as processes:
        assert await make(processes, key)
