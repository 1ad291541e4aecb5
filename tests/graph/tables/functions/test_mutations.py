"""Functions that may change something: mutation fields, called once each, in one transaction with other changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.graph.tables.refusals import FORBIDDEN
from tests.graph.tables.serving import execute, new_database, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served

FOLDER = Path(__file__).parents[3] / "compiler" / "cases" / "calling"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def players_server(embedded_server: EmbeddedServer) -> AsyncGenerator[Served]:
    script = (FOLDER / "schema.sql").read_text()
    async with new_database(embedded_server.url, script) as url, serving(url) as served:
        yield served


@pytest_asyncio.fixture(loop_scope="module")
async def players(players_server: Served) -> Served:
    await execute(players_server.url, (FOLDER / "rows.sql").read_text())
    return players_server


async def test_whatever_is_asked_for_it_is_called_once(players: Served) -> None:
    for selection in ("{ id }", "{ __typename }", "{ id round { id } }", "{ _version }"):
        await players.data(f'mutation {{ addPoints(args: {{search: "bob"}}) {selection} }}')

    assert (await players.data("{ playerByPk(id: 2) { score total } }"))["playerByPk"] == {"score": 24, "total": 4}


async def test_the_version_is_the_one_that_the_call_has_made(players: Served) -> None:
    data = await players.data('mutation { addPoints(args: {search: "bob"}) { _version } }')
    version = data["addPoints"][0]["_version"]

    changed = await players.data(
        "mutation ($version: String) { updatePlayerByPk(pkColumns: {id: 2}, _set: {score: 0}, ifVersion: $version) { id } }",
        {"version": version},
    )
    assert changed == {"updatePlayerByPk": {"id": 2}}


async def test_what_fails_later_takes_the_call_back(players: Served) -> None:
    answer = await players.answer(
        'mutation { addPoints(args: {search: "bob"}) { id } insertPlayerOne(object: {id: 1, name: "twice"}) { id } }'
    )

    assert answer["data"] is None
    assert answer["errors"][0]["path"] == ["insertPlayerOne"]
    assert (await players.data("{ playerByPk(id: 2) { score } }"))["playerByPk"] == {"score": 20}


async def test_it_is_no_query(players: Served) -> None:
    error = await players.refusal("{ promote(args: {who: 1}) { id } }")
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_what_a_function_says_to_the_caller_is_told_and_nothing_else(players: Served) -> None:
    document = 'mutation ($code: String) { fail(args: {message: "the relation t0", code: $code}) { id } }'
    said = {
        "SG400": "VALIDATION",
        "SG403": "FORBIDDEN",
        "SG404": "NOT_FOUND",
        "SG409": "CONFLICT",
    }
    for state, code in said.items():
        error = await players.refusal(document, {"code": state})
        assert (error["message"], error["extensions"]["code"]) == ("the relation t0", code)
        assert error["path"] == ["fail"]
    for state in ("P0001", "22000", "42501", "XX000"):
        error = await players.refusal(document, {"code": state})
        assert not any(word in error["message"] for word in FORBIDDEN), error
