"""uvicorn's HTTP connections, with less done for each request.

Whole responses are sent in one piece, one timer serves all connections, and a head is read once.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from graph.known_heads import LONGEST, KnownHeads
from graph.request_heads import BoundedHeadProtocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.types import Scope
    from uvicorn._types import ASGI3Application

    from domain.deadline import TimeLimit
    from graph.known_heads import KnownHead

    Headers: TypeAlias = Sequence[tuple[bytes, bytes]]
    SendWhole: TypeAlias = Callable[[Scope, int, Headers, bytes], bool]
    TakeBody: TypeAlias = Callable[[Scope], bytes | None]

WHOLE_RESPONSE: Final = "selfgraph.whole_response"
"""The ASGI extension of these connections: a `SendWhole` takes the scope of a request, and the status, headers (names
in lower case, `content-length` among them) and body of its response. It sends them and says True, or does nothing and
says False: then the messages of ASGI are to be sent."""
ARRIVED_BODY: Final = "selfgraph.arrived_body"
"""The other one: a `TakeBody` takes the scope of a request and gives its body, if all of it has come; None: it has to
be received by the messages of ASGI."""
WHOLE_BODY: Final = "selfgraph.body"
"""The key of an `http.response.start` that holds the only body that will follow it; who does not know it sees the two
messages of ASGI. It is gone from the message once all is sent; a second message is then ignored."""
KNOWN_HEAD: Final = "selfgraph.known_head"
"""A third one, where the head of the request is the same bytes as an earlier one: what was read in those, by whoever
wants to keep it, for others who send them."""
_WITHOUT_BODY: Final = frozenset({204, 304})
_LINE_FEED: Final = ord("\n")
_CARRIAGE_RETURN: Final = ord("\r")


class Connection(BoundedHeadProtocol):
    """One connection. For a small query, uvicorn's own timers and messages cost as much as reading the request.

    Attributes:
        when: when it is to be closed if nothing comes before, on the loop's clock.
    """

    def __init__(self, *, idle_limit: TimeLimit, heads: KnownHeads, **options: Any) -> None:  # noqa: ANN401 - those of the protocol
        """All connections share the two: how long one stays open without a request, and the heads that were read."""
        super().__init__(**options)
        self._idle_limit = idle_limit
        self._heads = heads if self.limit_concurrency is None else None
        self.when = 0.0
        self._answered: RequestResponseCycle | None = None
        self._task: asyncio.Task[None] | None = None

    def expire(self) -> None:
        """Nothing has come for too long."""
        self.timeout_keep_alive_handler()
        self.closing()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client or the server has closed it."""
        super().connection_lost(exc)
        self._idle_limit.remove(self)
        self._forget_task()

    def data_received(self, data: bytes) -> None:
        """Begin a request whose head is known, or let the parser read."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if (
            self._heads is None
            or len(data) > LONGEST
            or self.within_message
            or not (cycle is None or cycle.response_complete)
        ):
            super().data_received(data)
        elif (known := self._heads.of(data)) is not None:
            self._begin(known, data)
        else:
            super().data_received(data)
            self._remember(self._heads, data, cycle)

    def on_response_complete(self) -> None:
        """As uvicorn does, with the timer that all connections share."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            self.closing()
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self._idle_limit.add(self)

    def _unset_keepalive_if_required(self) -> None:
        self._idle_limit.remove(self)

    def send_whole(self, scope: Scope, status: int, headers: Headers, body: bytes) -> bool:
        """Send a response in one piece; see `WHOLE_RESPONSE`."""
        cycle = self._answered
        if (
            cycle is None
            or cycle.scope is not scope
            or cycle.response_started
            or cycle.disconnected
            or self.flow.write_paused
            or scope["method"] == "HEAD"
            or status in _WITHOUT_BODY
        ):
            return False
        head = _head(cycle, status, headers)
        self.transport.writelines((head, body))
        cycle.response_started = cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()
        return True

    def take_body(self, scope: Scope) -> bytes | None:
        """The body of a request that has come in full; see `ARRIVED_BODY`."""
        cycle = self._answered
        if cycle is None or cycle.scope is not scope or cycle.more_body or cycle.disconnected:
            return None
        body, cycle.body = bytes(cycle.body), bytearray()
        cycle.message_event.clear()
        self.flow.resume_reading()
        return body

    def _remember(self, heads: KnownHeads, data: bytes, before: RequestResponseCycle | None) -> None:
        if not self.within_message and self.cycle is not before:
            heads.remember(data, self.cycle)

    def _begin(self, known: KnownHead, data: bytes) -> None:
        """What the parser's callbacks come to for a whole request."""
        self._idle_limit.remove(self)
        self.stop_waiting()
        scope: Any = {
            **known.scope,
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "headers": list(known.headers),
            "state": self.app_state.copy(),
            "extensions": {KNOWN_HEAD: known.read},
        }
        cycle = self.cycle = RequestResponseCycle(
            scope,
            self.transport,
            self.flow,
            self.logger,
            self.access_logger,
            self.access_log,
            self.server_state.default_headers,
            asyncio.Event(),
            expect_100_continue=False,
            keep_alive=True,
            on_response=self.on_response_complete,
        )
        cycle.body += data[known.size :]
        cycle.more_body = False
        cycle.message_event.set()
        app = cast("ASGI3Application", self.app)  # pyright: ignore[reportUnknownMemberType] - of many types upstream
        self._start_asgi_task(cycle, app)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        # Of pipelined requests one is answered at a time. Not the cycle itself, which has the scope, is in the scope:
        # no request is garbage that has to be found.
        self._answered = cycle
        scope: Any = cycle.scope
        extensions = scope.setdefault("extensions", {})
        extensions[WHOLE_RESPONSE], extensions[ARRIVED_BODY] = self.send_whole, self.take_body
        self._forget_task()
        task = self._task = self.loop.create_task(cycle.run_asgi(app))
        self.tasks.add(task)

    def _forget_task(self) -> None:
        """Count the last task no longer, once it is done.

        To be called back when it is, as uvicorn asks to be, costs another turn of the loop for each request.
        """
        task = self._task
        if task is None:
            return
        self._task = None
        if task.done():
            self.tasks.discard(task)
        else:
            task.add_done_callback(self.tasks.discard)


def _head(cycle: RequestResponseCycle, status: int, headers: Headers) -> bytes:
    lines = list(map(b": ".join, (*cycle.default_headers, *headers)))
    if (b"connection", b"close") in headers:
        cycle.keep_alive = False
    elif not cycle.keep_alive:
        lines.append(b"connection: close")
    text = b"".join(lines)
    # No value can begin a header, or a response, of its own.
    if _LINE_FEED in text or _CARRIAGE_RETURN in text or 0 in text:
        raise RuntimeError("a header of the response is not valid")
    return b"%b%b\r\n\r\n" % (STATUS_LINE[status], b"\r\n".join(lines))
