"""Tables with more columns than `json_build_object` or a naive chain of concatenations would take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.graph.conftest import Serve

POSTGRESQL_MAXIMUM = 1600


@pytest.mark.parametrize("width", [60, 150, POSTGRESQL_MAXIMUM])
async def test_all_columns_are_answered_by_one_statement(serve: Serve, width: int) -> None:
    columns = ", ".join(f"c{number} smallint" for number in range(width))
    values = ", ".join(str(number) if number % 3 else "NULL" for number in range(width))
    served = await serve(f"CREATE TABLE wide ({columns}); INSERT INTO wide VALUES ({values});")

    data = await served.data("{ wide { " + " ".join(f"c{number}" for number in range(width)) + " } }")

    assert data["wide"] == [{f"c{number}": number if number % 3 else None for number in range(width)}]
    assert len(served.sent) == 1


async def test_every_column_can_be_filtered_and_ordered_by_at_once(serve: Serve) -> None:
    width = 150
    columns = ", ".join(f"c{number} smallint" for number in range(width))
    served = await serve(
        f"CREATE TABLE wide ({columns}); INSERT INTO wide VALUES ({', '.join(['1'] * width)}), ({', '.join(['2'] * width)});"
    )

    data = await served.data(
        "query ($where: WideBoolExp, $by: [WideOrderBy!]) { wide(where: $where, orderBy: $by) { c0 } }",
        {
            "where": {f"c{number}": {"_gte": 1, "_lt": 9} for number in range(width)},
            "by": [{f"c{number}": "DESC"} for number in range(width)],
        },
    )

    assert data["wide"] == [{"c0": 2}, {"c0": 1}]


async def test_wide_rows_are_answered_through_relationships(serve: Serve) -> None:
    width = 120
    columns = ", ".join(f"c{number} text" for number in range(width))
    served = await serve(
        f"CREATE TABLE wide (id integer PRIMARY KEY, {columns});"
        "CREATE TABLE part (id integer PRIMARY KEY, wide_id integer REFERENCES wide);"
        "INSERT INTO wide (id, c7) VALUES (1, 'seven'); INSERT INTO part VALUES (1, 1);"
    )
    all_columns = " ".join(f"c{number}" for number in range(width))

    data = await served.data(f"{{ part {{ wide {{ {all_columns} part {{ wide {{ {all_columns} }} }} }} }} }}")

    row = {f"c{number}": "seven" if number == 7 else None for number in range(width)}
    assert data["part"] == [{"wide": {**row, "part": [{"wide": row}]}}]
    assert len(served.sent) == 1
