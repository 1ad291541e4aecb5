"""Runs the statements of one mutation in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.errors import ConflictError, SelfgraphError
from domain.tables.insert_steps import InsertSteps
from domain.tables.statement import WriteFailedError
from persistence.errors import domain_errors
from persistence.nested_writing import insert_nested

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from domain.tables.statement import Values, WriteRootStatements, WriteStatement
    from persistence.database import Database

    Fetch = Callable[[str, Sequence[object]], Awaitable[Any]]


class Writing:
    """Makes the changes of mutations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, roots: Sequence[WriteRootStatements], values: Values) -> list[bytes]:
        """Make all changes or none; answer each root field with its JSON text.

        A single statement is a transaction by itself and costs one round trip instead of three.

        Raises:
            WriteFailedError: nothing was written.
        """
        single = roots[0].single if len(roots) == 1 else None
        if single is not None:
            return [await self._write_one(roots[0], single, values)]
        try:
            async with self._database.transaction() as connection:

                async def fetch(sql: str, arguments: Sequence[object]) -> Any:  # noqa: ANN401 - a row
                    with domain_errors():
                        return await connection.fetchrow(sql, *arguments)

                return [await _root(fetch, root, values) for root in roots]
        except SelfgraphError as error:
            # A constraint that is checked at the end, or a connection that was lost.
            raise WriteFailedError(error, None) from error

    async def _write_one(self, root: WriteRootStatements, statement: WriteStatement, values: Values) -> bytes:
        try:
            row: Any = await self._database.fetch_row(statement.text, values.all_of(statement.parameters))
        except SelfgraphError as error:
            raise WriteFailedError(error, root.key) from error
        answer = _answer_of(row)
        return b"[" + answer + b"]" if root.many else answer


async def _root(fetch: Fetch, root: WriteRootStatements, values: Values) -> bytes:
    try:
        answers = [await _answer(fetch, statement, values) for statement in root.statements]
    except SelfgraphError as error:
        raise WriteFailedError(error, root.key) from error
    return b"[" + b",".join(answers) + b"]" if root.many else answers[0]


async def _answer(fetch: Fetch, statement: WriteStatement | InsertSteps, values: Values) -> bytes:
    if isinstance(statement, InsertSteps):
        return await insert_nested(fetch, statement, values)
    row = await fetch(statement.text, values.all_of(statement.parameters))
    if statement.versioned and row[-1]:
        raise ConflictError("The row has changed since it was read.")
    if statement.reading is None:
        return _answer_of(row)
    lists = list(row)[: len(row) - statement.versioned]
    row = await fetch(statement.reading.text, [*lists, *values.all_of(statement.reading.parameters)])
    return bytes(row[0])


def _answer_of(row: Any) -> bytes:  # noqa: ANN401 - a row
    """The answer of a statement; of one that returns its row there may be none."""
    return b"null" if row is None else bytes(row[0])
