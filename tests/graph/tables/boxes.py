"""Items in boxes, with many NULLs and many equal values, for tests that hold answers against a slow evaluation."""

from __future__ import annotations

import random
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from tests.graph.tables.serving import new_database, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.graph.tables.serving import Served

RUNS = 6
SCHEMA = """
CREATE TABLE box (id integer PRIMARY KEY, label text COLLATE "C", size float8);
CREATE TABLE item (
    id integer PRIMARY KEY, run integer NOT NULL, a integer, b text COLLATE "C", c numeric, d boolean NOT NULL, box_id integer REFERENCES box
);
CREATE TABLE long (id integer PRIMARY KEY, a integer NOT NULL, b integer);
INSERT INTO long SELECT n, n % 997, n % 991 FROM generate_series(1, 20000) AS n;
CREATE INDEX long_a ON long (a, id);
CREATE INDEX long_b ON long (b DESC, id);
ANALYZE long;
"""
Row = dict[str, Any]


def made_rows() -> tuple[list[Row], list[Row]]:
    """Boxes and items with many NULLs and many equal values."""
    chance = random.Random(4)  # noqa: S311 - the same rows in every run
    labels = [None, "", "a", "B", "é", 'q"\\']
    boxes: list[Row] = [
        {"id": n, "label": chance.choice(labels), "size": chance.choice([None, 0.1, -1e300, 2.5])} for n in range(1, 8)
    ]
    items: list[Row] = [
        {
            "id": n,
            "run": n % RUNS,
            "a": chance.choice([None, -1, 0, 1, 2147483647]),
            "b": chance.choice(labels),
            "c": chance.choice([None, "0.10", "0.1", "-12345678901234567890.5"]),
            "d": chance.choice([True, False]),
            "box_id": chance.choice([None, 1, 2, 3, 4, 5, 6]),
        }
        for n in range(1, 120)
    ]
    return boxes, items


BOXES, ITEMS = made_rows()
BOX = {box["id"]: box for box in BOXES}


@asynccontextmanager
async def served_boxes(server: str) -> AsyncGenerator[Served]:
    """Both tables with their rows, served."""
    async with new_database(server, SCHEMA) as url, serving(url) as served:
        async with served.database.pool.acquire() as connection:
            await connection.executemany("INSERT INTO box VALUES ($1, $2, $3)", [tuple(box.values()) for box in BOXES])
            await connection.executemany(
                "INSERT INTO item VALUES ($1, $2, $3, $4, $5::text::numeric, $6, $7)",
                [tuple(item.values()) for item in ITEMS],
            )
        yield served
