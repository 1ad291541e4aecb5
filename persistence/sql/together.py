"""One statement for several callers of another: each gives its own values, and has its own answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from persistence.sql.fragments import Sql, joined, number, sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.tables.statement import Value

# Strings and quoted identifiers are passed over whole. A parameter is cast wherever it stands, and its type is that of
# the first cast, for PostgreSQL too.
_PARAMETERS: Final = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)::([a-z0-9]+(?:\[\])?)""")


def together(text: str, columns: int, most: int) -> str:
    """A rendered statement made into one for at most that many callers.

    Its only parameter is what `values_together` makes. Each of its columns is the list of what the statement itself
    has there for each caller. The statement has one row, which makes what is asked for a caller a value like any other:
    each of them is looked for with its own values, as in a statement of its own.
    """
    types: dict[str, str] = {}

    def place(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        types.setdefault(found[1], found[2])
        return f"asked.p{found[1]}::{found[2]}"

    one = Sql(_PARAMETERS.sub(place, text))
    # A statement without parameters has callers too.
    types = types or {"0": "text"}
    names = [Sql(f"c{place}") for place in range(columns)]
    return sql(
        "SELECT {} FROM (SELECT * FROM ROWS FROM (json_to_recordset($1::json) AS ({})) WITH ORDINALITY"
        " AS given ({}, place) LIMIT {}) AS asked CROSS JOIN LATERAL ({}) AS one ({})",
        joined(", ", (sql("array_agg(one.{} ORDER BY asked.place)", name) for name in names)),
        joined(", ", (Sql(f"p{place} {type_}") for place, type_ in types.items())),
        joined(", ", (Sql(f"p{place}") for place in types)),
        # The planner takes the elements of any JSON for a hundred, and would plan for all of them.
        number(most),
        one,
        joined(", ", names),
    )


def values_together(arguments: Sequence[Sequence[Value]]) -> list[dict[str, Value]]:
    """The values of each caller by the names of their parameters."""
    return [{f"p{place}": value for place, value in enumerate(of_one, 1)} for of_one in arguments]
