"""The results of a script's statements, in the words of PostgreSQL itself, for an operator to read."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from persistence.script_execution import all_or_nothing, failures_of
from persistence.scripts import CopyBlock, ScriptError, Statement, split

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import asyncpg

# Statements that COPY takes, which writes every type as psql shows it; the others (SHOW, EXPLAIN) answer text anyway.
_QUERY: Final = re.compile(r"(?:select|with|values|table|insert|update|delete|merge)\b|\(", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one statement as text; None is NULL."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]

    def as_json(self) -> str:
        """The rows as a JSON array of objects of strings."""
        return json.dumps([dict(zip(self.columns, row, strict=True)) for row in self.rows], ensure_ascii=False)


async def results(
    connection: asyncpg.Connection, script: str, *, as_json: bool = False, one_transaction: bool = True
) -> AsyncGenerator[Table | str]:
    """Run a script and yield a result for each statement: a table or JSON text for rows, else the command's tag.

    Raises:
        ScriptError: with the line in the script and what the database said.
    """
    steps = list(split(script))
    if one_transaction:
        async with all_or_nothing(connection):
            for step in steps:
                yield await _result(connection, step, as_json=as_json)
    else:
        for step in steps:
            yield await _result(connection, step, as_json=as_json)


async def _result(connection: asyncpg.Connection, step: Statement | CopyBlock, *, as_json: bool) -> Table | str:
    if isinstance(step, CopyBlock):
        raise ScriptError("COPY FROM stdin needs a file", step.line)
    with failures_of(step):
        prepared = await connection.prepare(step.text)
        columns = tuple(attribute.name for attribute in prepared.get_attributes())
        if not columns:
            return await connection.execute(step.text)
        if not _QUERY.match(step.text):
            rows = tuple(
                tuple(None if value is None else str(value) for value in row) for row in await prepared.fetch()
            )
            table = Table(columns, rows)
            return table.as_json() if as_json else table
        if as_json:
            return await _json(connection, step.text)
        return Table(columns, await _rows(connection, step.text))


async def _json(connection: asyncpg.Connection, query: str) -> str:
    # A WITH also takes INSERT ... RETURNING; the line break ends a comment in the query's last line.
    return str(
        await connection.fetchval(
            f"WITH result AS ({query}\n) SELECT coalesce(json_agg(result), '[]') FROM result"  # noqa: S608 - the operator's own SQL
        )
    )


async def _rows(connection: asyncpg.Connection, query: str) -> tuple[tuple[str | None, ...], ...]:
    output = io.BytesIO()
    await connection.copy_from_query(query + "\n", output=output, format="text")
    lines = output.getvalue().decode().split("\n")[:-1]
    return tuple(tuple(_field(field) for field in line.split("\t")) for line in lines)


def _field(text: str) -> str | None:
    if text == r"\N":
        return None
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match.group(1), match.group(1)), text)
