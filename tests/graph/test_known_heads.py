"""Heads that were read before: whatever comes, however it is cut, is answered as by a parser that reads every head."""

from __future__ import annotations

import asyncio
import gc
import weakref
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from hypothesis import example, given, settings
from hypothesis import strategies as st
from uvicorn.server import ServerState

from domain.deadline import TimeLimit
from graph.connections import ARRIVED_BODY, KNOWN_HEAD, WHOLE_RESPONSE, Connection
from graph.known_heads import LONGEST, KnownHeads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import Receive, Scope, Send

PATIENCE = 20.0
OF_ONE_REQUEST = frozenset({"headers", "state", "extensions"})


def post(body: str = "", *lines: str, version: str = "1.1", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return "\r\n".join(
        [f"POST /a%20b?c=d HTTP/{version}", "Host: x", *lines, f"Content-Length: {size}", "", body]
    ).encode()


GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
USUAL = post("ab")
UNUSUAL = [
    GET,
    post("cd"),
    post("abc"),
    post("\r\n\r\n"),
    post(""),
    b"\r\n" + USUAL,
    USUAL.replace(b"\r\n", b"\n"),
    post("ab", version="1.0"),
    post("ab", "Connection: close"),
    post("ab", "Connection: keep-alive"),
    post("ab", "Connection: Upgrade", "Upgrade: else"),
    post("ab", "Expect: 100-continue"),
    post("ab", "Content-Length: 2"),
    post("ab", "Content-Length: 3"),
    USUAL.replace(b"POST", b"PUT"),
    GET.replace(b"GET", b"HEAD"),
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
    b"nonsense\r\n\r\n",
    USUAL + GET,
    GET + GET,
    USUAL + b"\r\n",
    b"GET / HTTP/1.1\r\nX: ",
    post("", "X-Early: answered before its body has come", length=len(USUAL)),
]


class Wire:
    """The transport of a connection, with nobody at its other end; keeps what is written."""

    def __init__(self) -> None:
        self.written = b""
        self.closed = False

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.written += data

    def writelines(self, parts: Sequence[bytes]) -> None:
        self.write(b"".join(parts))

    def close(self) -> None:
        self.closed = True

    abort = close

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, name: str) -> object:
        return {"peername": ("192.0.2.1", 4711), "sockname": ("192.0.2.2", 80)}.get(name)

    def pause_reading(self) -> None:
        """As if nothing had been read that was not given."""

    resume_reading = pause_reading


@dataclass
class Asked:
    """What an application was asked, and whether each head was known from an earlier request."""

    requests: list[tuple[dict[str, Any], list[tuple[bytes, bytes]], bytes]] = field(default_factory=list)
    known: list[bool] = field(default_factory=list)
    pause: float = 0
    by_messages: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = None if self.by_messages else scope["extensions"][ARRIVED_BODY](scope)
        if body is None:
            body, more = b"", b"x-early" not in dict(scope["headers"])
            while more:
                message = await receive()
                body, more = body + message.get("body", b""), message.get("more_body", False)
        told = {name: value for name, value in scope.items() if name not in OF_ONE_REQUEST}
        self.requests.append((told, list(scope["headers"]), body))
        self.known.append(KNOWN_HEAD in scope["extensions"])
        scope["headers"].append((b"x-made-up", b"by this request"))
        scope["path"] = "/made-up"
        await asyncio.sleep(self.pause)
        answer = b"%d:%b" % (len(self.requests), body)
        headers = [(b"content-length", b"%d" % len(answer))]
        if not scope["extensions"][WHOLE_RESPONSE](scope, 200, headers, answer):
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": answer})


def connection(
    app: Asked, heads: KnownHeads, wire: Wire, patience: float = 30, idle: float = 60, **options: Any
) -> Connection:
    config: Any = uvicorn.Config(app, http=Connection, ws="none", log_config=None, **options)
    config.load()
    own: dict[str, Any] = {"config": config, "server_state": ServerState(), "app_state": {"a": 1}}
    made = Connection(idle_limit=TimeLimit(idle), heads=heads, patience=patience, **own)
    made.connection_made(wire)  # type: ignore[arg-type]  # has what is used of one
    return made


async def answered(made: Connection) -> None:
    """Wait until nothing is being answered."""
    while running := {task for task in made.tasks if not task.done()}:
        await asyncio.wait(running, timeout=PATIENCE)


async def exchanged(
    chunks: Sequence[bytes],
    *,
    heads: KnownHeads | None = None,
    turns: int = 5,
    by_messages: bool = False,
    **options: Any,
) -> tuple[bytes, bool, Asked]:
    """What is written in answer, whether the connection was closed, and what the application saw."""
    app, wire = Asked(by_messages=by_messages), Wire()
    made = connection(app, KnownHeads() if heads is None else heads, wire, **options)
    for chunk in chunks:
        if not wire.closed:
            made.data_received(chunk)
        for _ in range(turns):
            await asyncio.sleep(0)
    while running := {task for task in made.tasks if not task.done()}:
        if not (await asyncio.wait(running, timeout=0.05))[0]:
            break  # it waits for what does not come
    made.connection_lost(None)
    for task in running:
        task.cancel()
    return wire.written, wire.closed, app


async def test_a_head_is_read_once() -> None:
    answer, _, app = await exchanged([USUAL, post("cd"), post("abc"), USUAL])
    assert app.known == [False, True, False, True]
    assert answer.count(b"HTTP/1.1 200 OK") == 4
    first, *_, last = app.requests
    assert first == last


async def test_what_is_read_in_a_head_is_kept_for_others_who_send_it() -> None:
    heads = KnownHeads()
    app = Asked()
    read: list[dict[str, Any]] = []

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        if (kept := scope["extensions"].get(KNOWN_HEAD)) is not None:
            read.append(kept)
        await app(scope, receive, send)

    for _ in range(3):
        made = connection(asked, heads, Wire())  # type: ignore[arg-type]  # asks it
        made.data_received(USUAL)
        await answered(made)
        made.connection_lost(None)
    assert app.known == [False, True, True]
    assert read[0] is read[1]


@settings(max_examples=300, deadline=None)
@example(before=[USUAL], sent=[USUAL, USUAL], cuts=[], turns=0, by_messages=False)
@example(before=[USUAL], sent=[USUAL, USUAL], cuts=[], turns=5, by_messages=True)
@example(before=[], sent=[USUAL, b"\r\n" + USUAL, USUAL], cuts=[], turns=5, by_messages=False)
@example(before=[USUAL], sent=[UNUSUAL[-2], USUAL, b"\r\n\r\n"], cuts=[], turns=5, by_messages=False)
@example(before=[USUAL], sent=[UNUSUAL[-1], USUAL], cuts=[], turns=5, by_messages=False)
@given(
    before=st.lists(st.sampled_from([USUAL, *UNUSUAL]), max_size=3),
    sent=st.lists(st.sampled_from([USUAL, USUAL, GET, *UNUSUAL]), min_size=1, max_size=5),
    cuts=st.lists(st.integers(0, 400), max_size=4),
    turns=st.sampled_from([0, 1, 5]),
    by_messages=st.booleans(),
)
def test_it_is_answered_as_if_every_head_were_read(
    *, before: list[bytes], sent: list[bytes], cuts: list[int], turns: int, by_messages: bool
) -> None:
    whole = b"".join(sent)
    places = sorted({0, len(whole), *(cut % len(whole) for cut in cuts), *_ends(sent)})
    chunks = [whole[start:end] for start, end in pairwise(places)]

    async def both() -> None:
        heads = KnownHeads()
        for each in before:
            await exchanged([each], heads=heads)
        *told, app = await exchanged(chunks, heads=heads, turns=turns, by_messages=by_messages)
        # With a limit of connections uvicorn's parser reads everything.
        *expected, other = await exchanged(chunks, turns=turns, by_messages=by_messages, limit_concurrency=1000)
        assert (told, app.requests) == (expected, other.requests)
        assert not any(other.known)

    asyncio.run(both())


def _ends(sent: Sequence[bytes]) -> list[int]:
    """Where each request ends: most clients send one at a time."""
    return [sum(map(len, sent[:count])) for count in range(1, len(sent))]


@pytest.mark.parametrize(
    "request_", [*(each for each in UNUSUAL[6:] if b"keep-alive" not in each), GET[:-2], post("a" * LONGEST)]
)
async def test_heads_that_do_not_tell_where_their_request_ends_are_not_kept(request_: bytes) -> None:
    heads = KnownHeads()
    await exchanged([request_], heads=heads)
    *_, app = await exchanged([request_], heads=heads)
    assert not any(app.known)


async def test_a_known_head_that_comes_while_another_request_runs_waits_for_it() -> None:
    app, wire = Asked(pause=0.05), Wire()
    made = connection(app, KnownHeads(), wire)
    for _ in range(3):
        made.data_received(USUAL)
    await answered(made)
    assert wire.written.count(b"HTTP/1.1 200 OK") == 3
    assert [body for *_, body in app.requests] == [b"ab"] * 3
    made.connection_lost(None)


async def test_a_new_connection_that_has_sent_a_known_head_is_not_waited_for() -> None:
    heads = KnownHeads()
    await exchanged([USUAL], heads=heads)
    app, wire = Asked(pause=0.3), Wire()
    made = connection(app, heads, wire, patience=0.05)
    made.data_received(USUAL)
    await answered(made)
    assert app.known == [True]
    assert wire.written.startswith(b"HTTP/1.1 200")
    assert not wire.closed
    made.connection_lost(None)


async def test_a_connection_is_not_idle_while_a_known_head_is_answered() -> None:
    app, wire = Asked(), Wire()
    made = connection(app, KnownHeads(), wire, idle=0.1)
    for app.pause in (0, 0.3):
        made.data_received(USUAL)
        await answered(made)
    assert app.known == [False, True]
    assert wire.written.count(b"HTTP/1.1 200") == 2
    assert not wire.closed
    made.connection_lost(None)


async def test_a_head_keeps_nothing_of_the_connection_that_it_came_on() -> None:
    heads = KnownHeads()
    made = connection(Asked(), heads, Wire())
    made.data_received(USUAL)
    await answered(made)
    made.connection_lost(None)
    gone = weakref.ref(made)
    del made
    gc.collect()
    assert len(heads) == 1
    assert gone() is None


async def test_no_more_heads_are_kept_than_there_is_room_for() -> None:
    heads = KnownHeads()
    for number in range(1100):
        await exchanged([post("ab", f"X-Number: {number}")], heads=heads, turns=2)
    assert len(heads) == 1024
    await exchanged([post("ab", f"X-Large: {'a' * 60_000}{number}") for number in range(20)], heads=heads)
    assert len(heads) <= 2**20 // 60_000
