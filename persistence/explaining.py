"""Asks PostgreSQL how it would run the statements of the table API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import orjson

from domain.tables.explanation import Explanation
from domain.tables.insert_steps import InsertSteps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import asyncpg

    from domain.tables.statement import Statement, Value, Values, WriteRootStatements
    from persistence.database import Database


class PostgresExplainer:
    """The port `StatementExplainer` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def explain(self, statement: Statement, values: Values, *, analyze: bool) -> Explanation:
        """Explain the statement of a query; with `analyze` it is run, and may write nothing."""
        bound = tuple(values.of(parameter) for parameter in statement.parameters)
        return await self._explain(_Asked(statement.keys, statement.text, bound), analyze=analyze)

    async def explain_writes(self, roots: Sequence[WriteRootStatements], values: Values) -> list[Explanation]:
        """Explain the statements of a mutation; none of them is run."""
        return [await self._explain(asked, analyze=False) for root in roots for asked in _statements_of(root, values)]

    async def _explain(self, asked: _Asked, *, analyze: bool) -> Explanation:
        options = "ANALYZE, BUFFERS, FORMAT JSON" if analyze else "FORMAT JSON"
        async with self._database.transaction(readonly=analyze) as connection:
            plan, cost = await planned(connection, asked.text, *asked.values, options=options)
        return Explanation(asked.keys, asked.text, asked.values, plan, cost)


async def planned(
    connection: asyncpg.pool.PoolConnectionProxy, sql: str, *arguments: object, options: str = "FORMAT JSON"
) -> tuple[str, float]:
    """The plan of a statement as JSON text, and what the planner takes it to cost."""
    plan = await connection.fetchval(f"EXPLAIN ({options}) {sql}", *arguments)
    top = cast("dict[str, Any]", orjson.loads(plan)[0]["Plan"])
    return bytes(plan).decode(), float(top["Total Cost"])


@dataclass(frozen=True, slots=True)
class _Asked:
    """A statement of the root fields `keys`, with its values."""

    keys: tuple[str, ...]
    text: str
    values: tuple[Value, ...]


def _statements_of(root: WriteRootStatements, values: Values) -> Iterator[_Asked]:
    """What passes from one statement of nested rows to the next is not known before they are run: no rows of it."""
    for statement in root.statements:
        for each in statement.steps if isinstance(statement, InsertSteps) else (statement,):
            yield _Asked((root.key,), each.text, tuple(values.of(parameter) for parameter in each.parameters))
