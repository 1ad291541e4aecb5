from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import InvalidStatus

from graph.limits import Limits
from tests.graph.transport.conftest import client_of, code
from tests.graph.transport.test_streams import EVENTS, events_of
from tests.graph.transport.test_websockets import closed, ready

if TYPE_CHECKING:
    import concurrent.futures
    import queue

    from tests.graph.transport.conftest import Serve, Served


def begin(served: Served) -> None:
    served.loop.call_soon_threadsafe(served.endpoint.begin_drain)


def drain(served: Served, timeout: float) -> concurrent.futures.Future[None]:
    return asyncio.run_coroutine_threadsafe(served.endpoint.drain(timeout), served.loop)


async def test_a_draining_server_refuses_requests(serve: Serve) -> None:
    with serve() as served:
        begin(served)
        async with client_of(served) as client:
            response = await client.post("/graphql", json={"query": "{ hello }"})
    assert (response.status_code, code(response)) == (503, "UNAVAILABLE")
    assert (response.headers["connection"], response.headers["retry-after"]) == ("close", "1")


async def test_running_requests_finish(serve: Serve, notes: queue.Queue[str]) -> None:
    with serve(Limits(execution_timeout=0.3)) as served:
        async with client_of(served) as client:
            request = asyncio.create_task(client.post("/graphql", json={"query": "{ never }"}))
            await asyncio.to_thread(notes.get, timeout=5)
            drained = drain(served, timeout=20)
            response = await request
            await asyncio.wrap_future(drained)
    # The operation got its whole time, and the drain waited for it.
    assert code(response) == "TIMEOUT"
    assert notes.get_nowait() == "never stopped"


async def test_a_drain_ends_with_its_budget(serve: Serve, notes: queue.Queue[str]) -> None:
    with serve(Limits(execution_timeout=1)) as served:
        async with client_of(served) as client:
            request = asyncio.create_task(client.post("/graphql", json={"query": "{ never }"}))
            await asyncio.to_thread(notes.get, timeout=5)
            await asyncio.wrap_future(drain(served, timeout=0.01))
            assert notes.empty()
            await request


async def test_an_idle_server_is_drained_at_once(serve: Serve) -> None:
    with serve() as served:
        await asyncio.wait_for(asyncio.wrap_future(drain(served, timeout=1000)), 5)


async def test_event_streams_end(serve: Serve, notes: queue.Queue[str]) -> None:
    with serve() as served:
        async with client_of(served) as client:
            subscription = {"query": "subscription { forever }"}
            request = asyncio.create_task(client.post("/graphql", json=subscription, headers=EVENTS))
            await asyncio.to_thread(notes.get, timeout=5)
            begin(served)
            response = await request
    assert events_of(response.text) == [("next", {"data": {"forever": 0}}), ("complete", None)]


async def test_websockets_are_closed_as_going_away(serve: Serve) -> None:
    with serve() as served:
        async with ready(served) as socket:
            begin(served)
            assert await closed(socket) == (1001, "The server is shutting down")


async def test_a_draining_server_refuses_websockets(serve: Serve) -> None:
    with serve() as served:
        begin(served)
        with pytest.raises(InvalidStatus) as error:
            async with served.socket():
                pass
    assert error.value.response.status_code == 503
