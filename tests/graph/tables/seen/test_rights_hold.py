"""No row and no column outside of the rules ever appears: random worlds, roles and questions.

Every answer is compared with one that is worked out from nothing but the rows and columns that the role sees, row by
row; so whatever is there beside them, directly, over a relationship, in an aggregate, an ordering, a filter or a
cursor, makes a difference. `RIGHTS_EXAMPLES` says how many worlds are tried.
"""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, cast

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from domain.tables.role_rights import RoleRights
from domain.tables.secure import Policy
from domain.tables.statement import Values
from graph.wiring.database import database_options
from persistence.database import Database
from persistence.sql.together import together, values_together
from persistence.tables import PostgresTables
from tests.databases import new_database
from tests.graph.tables.seen.answers import Answers
from tests.graph.tables.seen.asking import document
from tests.graph.tables.seen.compiling import Compiler
from tests.graph.tables.seen.questions import Page, questions
from tests.graph.tables.seen.seeing import Eyes
from tests.graph.tables.seen.worlds import ROLES, SCHEMA, SESSION, World, worlds
from tests.graph.tables.serving import execute, settings_for

if TYPE_CHECKING:
    from collections.abc import Generator

    from domain.tables.statement import Statement
    from persistence.embedded import EmbeddedServer

QUESTIONS = {"p": 1, "q": 1, "r": 4, "s": 2}
"""How many each role asks; what is inherited has the most to get wrong."""
FUNCTIONS = (
    "CREATE SCHEMA selfgraph; CREATE FUNCTION selfgraph.refuse_rows(bigint) RETURNS text LANGUAGE plpgsql AS"
    " $$BEGIN RAISE 'too many rows'; END$$;"
    "CREATE FUNCTION selfgraph.json_string(value text) RETURNS text LANGUAGE sql STABLE RETURN JSON_SCALAR(value)::text"
)
"""What statements call."""
ASKING = settings(
    max_examples=int(os.environ.get("RIGHTS_EXAMPLES", "60")),
    deadline=None,
    derandomize="RIGHTS_EXAMPLES" not in os.environ,
    database=None,
    phases=[Phase.generate] if "RIGHTS_NO_SHRINK" in os.environ else list(Phase),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Running:
    """One database, in which one world after the other is made."""

    def __init__(self, runner: asyncio.Runner, database: Database) -> None:
        self._runner = runner
        self._database = database
        self._tables = PostgresTables(database)

    def make(self, world: World) -> None:
        self._runner.run(self._make(world.script()))

    async def _make(self, script: str) -> None:
        async with self._database.acquire() as connection:
            await connection.execute(script)

    def answer(self, compiler: Compiler, text: str) -> Any:
        statement, values = compiler.statement(text, self._tables)
        note(text)
        note(statement.text)
        (found,) = self._runner.run(self._tables.run(statement, Values(values, SESSION)))
        assert self._runner.run(self._together(statement, Values(values, SESSION))) == [found, found]
        return json.loads(found)

    async def _together(self, statement: Statement, values: Values) -> list[bytes]:
        """The answers to two who ask at once."""
        given = orjson.dumps(values_together([values.all_of(statement.parameters)] * 2))
        found: list[bytes] = await self._database.fetch_value(together(statement.text, 1, 2), (given,))
        return found


@pytest.fixture(scope="module")
def running(embedded_server: EmbeddedServer) -> Generator[Running]:
    async def opened(stack: AsyncExitStack) -> Database:
        url = await stack.enter_async_context(new_database(embedded_server.url))
        await execute(url, FUNCTIONS)
        return await Database.connect(database_options(settings_for(url), url))

    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        database = runner.run(opened(stack))
        try:
            yield Running(runner, database)
        finally:
            runner.run(database.close())
            runner.run(stack.aclose())


@ASKING
@given(data=st.data())
def test_answers_are_made_of_what_the_role_sees(running: Running, data: st.DataObject) -> None:
    world = data.draw(worlds())
    running.make(world)
    for role in ROLES:
        eyes = Eyes(world, role)
        if not eyes.sights:
            continue
        compiler = Compiler(world.model, Policy(1000, RoleRights(world.model, role)))
        for _ in range(QUESTIONS[role]):
            question = data.draw(questions(eyes))
            expected = Answers(eyes).of(question)
            if isinstance(question, Page):
                assert _pages(running, compiler, question, eyes) == expected
            else:
                assert _without_names(running.answer(compiler, document(question, SCHEMA))) == expected


def _pages(running: Running, compiler: Compiler, page: Page, eyes: Eyes) -> list[Any]:
    """The rows of all pages, which are as long as they may be and tell how many there are."""
    found: list[Any] = []
    after: str | None = None
    most = eyes.sights[page.rows.table.name.name].limit
    size = page.size if most is None else min(page.size, most)
    total = None
    while True:
        answer = running.answer(compiler, document(page, SCHEMA, after))
        edges = answer["edges"]
        assert total in {None, answer["totalCount"]}
        total = answer["totalCount"]
        found += [_without_names(edge["node"]) for edge in edges]
        assert answer["pageInfo"]["hasNextPage"] is (len(found) < total)
        if not answer["pageInfo"]["hasNextPage"]:
            assert len(found) == total
            return found
        assert len(edges) == size
        after = edges[-1]["cursor"]


def _without_names(value: Any) -> Any:
    match value:
        case dict():
            given = cast("dict[str, Any]", value)
            return {key: _without_names(each) for key, each in given.items() if key != "__typename"}
        case list():
            items: list[Any] = value  # pyright: ignore[reportUnknownVariableType] - of any kind
            return [_without_names(each) for each in items]
        case _:
            return value
