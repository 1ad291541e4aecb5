"""Sends several payloads in one response: server-sent events, or the parts of a multipart body."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import orjson
from strawberry.http.streaming import MultipartSubscriptionTransport, MultipartTransport, SSETransport

from domain.errors import UnauthenticatedError
from graph.errors import entries_of
from graph.operations import AnswerStream
from graph.transport.bodies import ClientGoneError
from graph.transport.increments import IncrementPaths

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterable, Mapping

    from starlette.types import Receive, Send

    from domain.access.states import Ending
    from graph.operations import Answer
    from graph.transport.negotiation import Accepted

HEARTBEAT: Final = 12.0
"""Seconds of silence after which a sign of life is sent, so that proxies keep the connection."""

SEND_TIMEOUT: Final = 60.0
"""Seconds that a client may take to read a payload before it counts as gone."""


class StreamFormat(Protocol):
    """How payloads become bytes."""

    headers: Mapping[str, str]

    def opening(self) -> str:
        """What comes before the first payload."""
        ...

    def payload(self, payload: dict[str, Any]) -> str:
        """One payload."""
        ...

    def heartbeat(self) -> str:
        """A sign of life that clients skip."""
        ...

    def closing(self) -> str:
        """What comes after the last payload."""
        ...


class EventStream(StreamFormat):
    """Server-sent events as in graphql-sse's distinct connections mode: `next` events, then `complete`.

    Lines end with a line feed alone: urql splits events at two of them and does not see Strawberry's CRLF.
    """

    def __init__(self) -> None:
        self.headers = SSETransport.headers

    def opening(self) -> str:
        """A comment, so that the client sees the stream open before its first event."""
        return self.heartbeat()

    def payload(self, payload: dict[str, Any]) -> str:
        """One `next` event."""
        return f"event: next\ndata: {_encode(payload)}\n\n"

    def heartbeat(self) -> str:
        """A comment."""
        return ":\n\n"

    def closing(self) -> str:
        """The `complete` event, with the data line without which browsers drop it."""
        return "event: complete\ndata: \n\n"


class MultipartIncrements(StreamFormat):
    """The parts of an operation that defers or streams."""

    def __init__(self) -> None:
        self._transport = MultipartTransport()
        self.headers = {**self._transport.headers, "Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        self._paths = IncrementPaths()

    def opening(self) -> str:
        """The first boundary."""
        return f"--{self._transport.separator}"

    def payload(self, payload: dict[str, Any]) -> str:
        """One part, which says what it belongs to in the older form too."""
        return self._transport.encode_multipart_data(self._paths.complete(payload), _encode)

    def heartbeat(self) -> str:
        """Nothing: increments end within the time limit of an operation."""
        return ""

    def closing(self) -> str:
        """The end of the last boundary."""
        return "--\r\n"


class MultipartEvents(StreamFormat):
    """The events of a subscription as Apollo's multipart subscription protocol."""

    def __init__(self) -> None:
        self._transport = MultipartSubscriptionTransport()
        self.headers = {**self._transport.headers, "Cache-Control": "no-cache", "X-Accel-Buffering": "no"}

    def opening(self) -> str:
        """The first boundary."""
        return f"--{self._transport.separator}"

    def payload(self, payload: dict[str, Any]) -> str:
        """One part."""
        return self._transport.encode_multipart_data({"payload": payload}, _encode)

    def heartbeat(self) -> str:
        """An empty object."""
        return self._transport.heartbeat_message(_encode)

    def closing(self) -> str:
        """The end of the last boundary."""
        return "--\r\n"


def format_for(stream: AnswerStream, accepted: Accepted) -> StreamFormat:
    """The form in which the client takes a stream; the executor was told what it takes."""
    if stream.incremental:
        return MultipartIncrements()
    return EventStream() if accepted.event_stream else MultipartEvents()


def single(answer: Answer) -> AnswerStream:
    """One answer as a stream of one event."""

    async def payloads() -> AsyncGenerator[dict[str, Any], None]:
        yield answer.payload()

    return AnswerStream(payloads(), incremental=False)


@dataclass(frozen=True, slots=True)
class StreamEnds:
    """What ends the events of a subscription before their time.

    Attributes:
        draining: waits until the server drains.
        revoked: waits until the caller's credentials are no longer good; the client is told before the end.
    """

    draining: Callable[[], Coroutine[Any, Any, object]]
    revoked: Callable[[], Awaitable[Ending]]


async def send_stream(
    receive: Receive, send: Send, stream: AnswerStream, form: StreamFormat, *, ends: StreamEnds, request_id: str
) -> None:
    """Send payloads until they end, the client hangs up or, for the events of a subscription, one of `ends` comes."""
    headers = [(name.lower().encode(), value.encode()) for name, value in form.headers.items()]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await _send_part(send, form.opening())
    revoked = asyncio.ensure_future(ends.revoked())
    waiting: set[asyncio.Future[Any]] = {asyncio.create_task(_client_gone(receive)), revoked}
    if not stream.incremental:
        waiting.add(asyncio.create_task(ends.draining()))
    try:
        async for payload in _beating(send, stream.payloads, form, waiting):
            await _send_part(send, form.payload(payload))
        if revoked.done():
            ending = revoked.result()
            raise UnauthenticatedError(ending.value, ending.name)  # noqa: TRY301 - told like any other failure
    except ClientGoneError:
        raise
    except Exception as error:  # noqa: BLE001 - too late for a status: the stream says it and ends
        await _send_part(send, form.payload({"errors": entries_of(error, request_id)}))
    finally:
        await _cancel(waiting)
        await stream.payloads.aclose()
    await send({"type": "http.response.body", "body": form.closing().encode()})


async def _beating(
    send: Send, payloads: AsyncGenerator[dict[str, Any], None], form: StreamFormat, ends: set[asyncio.Future[Any]]
) -> AsyncGenerator[dict[str, Any], None]:
    """The payloads up to the first of `ends`, with signs of life sent between them."""
    while True:
        upcoming = asyncio.ensure_future(anext(payloads, None))
        try:
            while not upcoming.done():
                done, _ = await asyncio.wait({upcoming, *ends}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
                if not done:
                    await _send_part(send, form.heartbeat())
                elif upcoming not in done:
                    return
            payload = upcoming.result()
        finally:
            await _cancel({upcoming})
        if payload is None:
            return
        yield payload


async def _cancel(futures: Iterable[asyncio.Future[Any]]) -> None:
    for future in futures:
        future.cancel()
    await asyncio.gather(*futures, return_exceptions=True)


async def _send_part(send: Send, part: str) -> None:
    if not part:
        return
    try:
        async with asyncio.timeout(SEND_TIMEOUT):
            await send({"type": "http.response.body", "body": part.encode(), "more_body": True})
    except TimeoutError:
        raise ClientGoneError from None


async def _client_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _encode(payload: object) -> str:
    # Finished JSON from the database may hold line breaks between its tokens; an event's data must not.
    return orjson.dumps(payload).replace(b"\n", b" ").replace(b"\r", b" ").decode()
