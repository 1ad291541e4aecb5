"""How a statement and an answer are written into the golden files, so that a difference can be read."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import asyncpg

if TYPE_CHECKING:
    from tests.graph.tables.serving import Sent

# Quoted text is passed over whole; a clause begins a line.
_PIECES = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\(SELECT\b|[()]|\ (?:FROM|LEFT\ JOIN|WHERE|ORDER\ BY|LIMIT|OFFSET)\ """,
    re.VERBOSE,
)
_NUMBER = re.compile(r'"#number:([^"]+)"')


def shown_statement(sent: Sent) -> str:
    """The statement with a line for each clause, indented by its depth, and each parameter's value after it."""
    levels: list[int] = [0]

    def lay_out(found: re.Match[str]) -> str:
        piece = found.group()
        depth = len([level for level in levels if level])
        match piece:
            case "(SELECT":
                levels.append(1)
                return "(\n" + "  " * (depth + 1) + "SELECT"
            case "(":
                levels.append(0)
                return piece
            case ")":
                return "\n" + "  " * (depth - 1) + ")" if levels.pop() else piece
            case _ if piece[0] == " ":
                return "\n" + "  " * depth + piece[1:] if levels[-1] or depth == 0 else piece
            case _:
                return piece

    lines = [_PIECES.sub(lay_out, sent.text)]
    lines += [f"-- ${number}: {json.dumps(value, ensure_ascii=False)}" for number, value in enumerate(sent.values, 1)]
    return "\n".join(lines) + "\n"


def shown_answer(text: str) -> str:
    """The JSON with indentation, its members in their order and every digit of its numbers."""
    marked = json.loads(text, parse_int="#number:{}".format, parse_float="#number:{}".format)
    return _NUMBER.sub(r"\1", json.dumps(marked, indent=2, ensure_ascii=False)) + "\n"


async def all_rows(url: str) -> dict[str, list[str]]:
    """The rows of every table of the schema `public`, as texts, by the table's name."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname"
        )
        return {
            name: [row[0] for row in await connection.fetch(f'SELECT t::text FROM public."{name}" AS t ORDER BY 1')]
            for (name,) in tables
        }
    finally:
        await connection.close()


def shown_changes(before: dict[str, list[str]], after: dict[str, list[str]]) -> str:
    """The rows that went and those that came, by table."""
    changes = {
        name: {
            "gone": [row for row in rows if row not in after[name]],
            "new": [row for row in after[name] if row not in rows],
        }
        for name, rows in before.items()
        if rows != after[name]
    }
    return json.dumps(changes, indent=2, ensure_ascii=False) + "\n"
