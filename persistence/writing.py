"""Runs the statements of one mutation in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.errors import ConflictError, SelfgraphError
from domain.tables.statement import WriteFailedError
from persistence.errors import domain_errors

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from domain.tables.statement import Value, WriteRootStatements, WriteStatement
    from persistence.database import Database

    Fetch = Callable[[str, Sequence[object]], Awaitable[Any]]


class Writing:
    """Makes the changes of mutations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, roots: Sequence[WriteRootStatements], values: Sequence[Value]) -> list[bytes]:
        """Make all changes or none; answer each root field with its JSON text.

        A single statement is a transaction by itself and costs one round trip instead of three.

        Raises:
            WriteFailedError: nothing was written.
        """
        if _is_one_statement(roots):
            return [await _root(self._database.fetch_row, roots[0], values)]
        try:
            async with self._database.transaction() as connection:

                async def fetch(sql: str, arguments: Sequence[object]) -> Any:  # noqa: ANN401 - a row
                    with domain_errors():
                        return await connection.fetchrow(sql, *arguments)

                return [await _root(fetch, root, values) for root in roots]
        except SelfgraphError as error:
            # A constraint that is checked at the end, or a connection that was lost.
            raise WriteFailedError(error, None) from error


def _is_one_statement(roots: Sequence[WriteRootStatements]) -> bool:
    if len(roots) != 1 or len(roots[0].statements) != 1:
        return False
    statement = roots[0].statements[0]
    return statement.reading is None and not statement.versioned


async def _root(fetch: Fetch, root: WriteRootStatements, values: Sequence[Value]) -> bytes:
    try:
        answers = [await _answer(fetch, statement, values) for statement in root.statements]
    except SelfgraphError as error:
        raise WriteFailedError(error, root.key) from error
    return b"[" + b",".join(answers) + b"]" if root.many else answers[0]


async def _answer(fetch: Fetch, statement: WriteStatement, values: Sequence[Value]) -> bytes:
    row = await fetch(statement.text, [values[parameter.source] for parameter in statement.parameters])
    if statement.versioned and row[-1]:
        raise ConflictError("The row has changed since it was read.")
    if statement.reading is None:
        return bytes(row[0])
    arguments = [values[parameter.source] for parameter in statement.reading.parameters]
    row = await fetch(statement.reading.text, [row[0], row[1], *arguments])
    return bytes(row[0])
