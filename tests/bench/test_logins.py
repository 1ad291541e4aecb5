from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from bench.logins import Latencies, Logins
from bench.probe import CONNECTIONS, PERIOD, probe, requests_for
from tests.bench.serving import serving_app

if TYPE_CHECKING:
    from starlette.requests import Request


def test_the_table_tells_the_ratio_and_what_logins_do_to_others() -> None:
    found = Logins(100, 80, (Latencies("{ a }", (1, 2), (3, 4.26), (5, 6)),))

    lines = found.table().splitlines()

    assert "| ratio | 0.80 |" in lines
    assert lines[-1] == "| `{ a }` | 1.0 / 2.0 | 3.0 / 4.3 | 5.0 / 6.0 |"


async def test_every_request_of_the_probe_is_answered_and_counted() -> None:
    asked: list[tuple[str, bytes]] = []

    async def answer(request: Request) -> Response:
        asked.append((request.headers["authorization"], await request.body()))
        return Response('{"data": {}}', media_type="application/json")

    with serving_app(Starlette(routes=[Route("/graphql", answer, methods=["POST"])])) as url:
        (request,) = requests_for(f"{url}/graphql", ["{ a }"], "token")
        latencies = await probe(f"{url}/graphql", request, 3 * PERIOD)

    assert asked == [("Bearer token", b'{"query":"{ a }"}')] * (3 * CONNECTIONS)
    assert len(latencies) == len(asked)
    assert min(latencies) > 0


@pytest.mark.parametrize(("status", "body"), [(401, '{"data": {}}'), (200, '{"errors": []}')])
async def test_an_answer_with_an_error_ends_the_probe(status: int, body: str) -> None:
    async def answer(_: Request) -> Response:
        return Response(body, status)

    with serving_app(Starlette(routes=[Route("/graphql", answer, methods=["POST"])])) as url:
        (request,) = requests_for(f"{url}/graphql", ["{ a }"], "token")
        with pytest.raises(RuntimeError):
            await probe(f"{url}/graphql", request, PERIOD)
