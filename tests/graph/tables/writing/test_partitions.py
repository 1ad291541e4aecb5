"""What a partition refuses is told of the table that it is a part of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.graph.conftest import Serve

PARTS = """
CREATE TABLE part (id integer, k integer, v text CONSTRAINT no_bad CHECK (v <> 'bad'), w integer, PRIMARY KEY (id, k))
    PARTITION BY RANGE (k);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (10);
CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (k);
CREATE TABLE part_2_1 PARTITION OF part_2 FOR VALUES FROM (10) TO (20);
CREATE UNIQUE INDEX one_w ON part (w, k);
CREATE TABLE part_ref (id integer PRIMARY KEY, part_id integer, part_k integer,
    FOREIGN KEY (part_id, part_k) REFERENCES part);
INSERT INTO part VALUES (1, 1, 'a', 1), (2, 15, 'b', 2);
INSERT INTO part_ref VALUES (1, 2, 15);
"""


@pytest.mark.parametrize(
    ("mutation", "code", "table", "columns"),
    [
        ("insertPart(objects: [{id: 2, k: 15}]) { affectedRows }", "CONFLICT", "part", ["id", "k"]),
        ("insertPartOne(object: {id: 3, k: 15, w: 2}) { id }", "CONFLICT", "part", ["w", "k"]),
        ("insertPart(objects: [{id: null, k: 5}]) { affectedRows }", "VALIDATION", "part", ["id"]),
        ('insertPartOne(object: {id: 3, k: 3, v: "bad"}) { id }', "VALIDATION", "part", ["v"]),
        ("updatePart(where: {id: {_eq: 2}}, _set: {id: 1, k: 1}) { affectedRows }", "CONFLICT", "part", ["id", "k"]),
        ("deletePartByPk(id: 2, k: 15) { id }", "CONFLICT", "partRef", ["partId", "partK"]),
        ("insertPartRefOne(object: {id: 2, partId: 9, partK: 9}) { id }", "CONFLICT", "partRef", ["partId", "partK"]),
    ],
)
async def test_a_constraint_is_told_with_the_table_and_its_columns(
    serve: Serve, mutation: str, code: str, table: str, columns: list[str]
) -> None:
    served = await serve(PARTS)

    error: dict[str, Any] = await served.refusal(f"mutation {{ {mutation} }}")

    assert error["extensions"] == {"code": code, "table": table, "columns": columns}
