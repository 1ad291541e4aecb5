"""What many tables and roles cost: a role's first answer, a change of a table, memory, and what others feel of it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any, Final

import asyncpg
import httpx
import orjson
import psutil

from bench import contenders
from bench.database import data_folder, embedded_database
from bench.failure import BenchError
from bench.startup import MEBIBYTE

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.contenders import Contender

TABLES: Final = 2000
ROLES: Final = 10
CALLERS: Final = 4
"""Queries under way at any time."""
UNLIMITED: Final = {"RATE_LIMITS": "false"}
PATIENCE: Final = 120
BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class Schemas:
    """Seconds and MiB; latencies are p50 and p99 in milliseconds.

    Attributes:
        first: from the first question of a role to its answer, the median and the longest of all roles.
        reload: from a change of a table to an answer that needs it, the median and the longest.
        quiet: latencies of a query without changes of tables.
        reloading: the same while tables change again and again.
        memory: of the server at last, which has the schemas of all roles then.
    """

    first: tuple[float, float]
    reload: tuple[float, float]
    quiet: tuple[float, float]
    reloading: tuple[float, float]
    memory: float

    def table(self) -> str:
        """The figures as a Markdown table."""
        return "\n".join([
            f"| {TABLES} tables of 12 columns, {ROLES} roles | |",
            "|---|---:|",
            f"| first answer to a role, median / longest | {self.first[0]:.3f} / {self.first[1]:.3f} s |",
            f"| ALTER TABLE to an answer that needs it, the same | {self.reload[0]:.2f} / {self.reload[1]:.2f} s |",
            f"| p50 / p99 of a query, nothing changing | {self.quiet[0]:.1f} / {self.quiet[1]:.1f} ms |",
            f"| p50 / p99 while a table changes | {self.reloading[0]:.1f} / {self.reloading[1]:.1f} ms |",
            f"| memory of the server | {self.memory:.0f} MiB |",
        ])  # fmt: skip


def measure_schemas(seconds: int, rounds: int) -> Schemas:
    """Measure on a server of its own.

    Raises:
        BenchError: the server does not start, or a request fails.
    """
    with (
        data_folder() as data_dir,
        contenders.selfgraph(data_dir, **UNLIMITED) as server,
        embedded_database(data_dir) as url,
    ):
        return asyncio.run(_measure(server, url, seconds, rounds))


async def _measure(server: Contender, url: str, seconds: int, rounds: int) -> Schemas:
    connection = await asyncpg.connect(url)
    try:
        async with httpx.AsyncClient(headers=server.headers, timeout=PATIENCE) as http:
            await _make(connection)
            # The last change before the measurement is served once every role reads what it may.
            await _answer(http, server.url, "{ table1999(limit: 1) { id } }", {"x-role": f"role{ROLES - 1}"})
            first = [await _first(http, server.url, f"role{number}") for number in range(ROLES - 1)]
            quiet = await _latencies(http, server.url, until=_after(seconds))
            reloads: list[float] = []
            changing = asyncio.create_task(_change(connection, http, server.url, rounds, reloads))
            reloading = await _latencies(http, server.url, until=changing.done)
            await changing
            memory = psutil.Process(server.process.pid).memory_info().rss / MEBIBYTE
    finally:
        await connection.close()
    return Schemas((median(first), max(first)), (median(reloads), max(reloads)), quiet, reloading, memory)


async def _make(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Make tables with two foreign keys each, and roles that read a part of each."""
    kinds = ("text", "numeric", "boolean", "timestamptz", "integer", "jsonb", "uuid", "bigint", "date")
    columns = ", ".join(f"c{number} {kind}" for number, kind in enumerate(kinds))
    for begin in range(0, TABLES, BATCH):
        await connection.execute(
            "".join(
                f"CREATE TABLE public.table_{number:04} (id integer PRIMARY KEY,"
                f" parent_id integer REFERENCES public.table_{max(0, number - 1):04},"
                f" other_id integer REFERENCES public.table_{number // 10:04}, {columns});"
                for number in range(begin, begin + BATCH)
            )
        )
    await connection.execute(
        "INSERT INTO selfgraph.roles (name) SELECT 'role' || r FROM generate_series(0, $1 - 1) AS r", ROLES
    )
    await connection.execute(
        """
        INSERT INTO selfgraph.table_permissions (table_schema, table_name, role, action, columns, row_filter)
        SELECT 'public', 'table_' || to_char(t, 'fm0000'), 'role' || r, 'select', ARRAY['id', 'parent_id', 'c0'],
            '{"id": {"_gt": 0}}'
        FROM generate_series(0, $1 - 1) AS t, generate_series(0, $2 - 1) AS r
        """,
        TABLES,
        ROLES,
    )


async def _first(http: httpx.AsyncClient, url: str, role: str) -> float:
    """How long a role waits for its first answer."""
    begun = time.perf_counter()
    query = "query ($where: Table0500BoolExp) { table0500(where: $where) { id parent { c0 } } }"
    await _answer(http, url, query, {"x-role": role})
    return time.perf_counter() - begun


async def _change(
    connection: asyncpg.Connection[asyncpg.Record], http: httpx.AsyncClient, url: str, rounds: int, took: list[float]
) -> None:
    for number in range(3 * rounds):
        await connection.execute(f"ALTER TABLE public.table_1234 ADD COLUMN added{number} integer")
        begun = time.perf_counter()
        await _answer(http, url, f"{{ table1234(limit: 1) {{ added{number} }} }}")
        took.append(time.perf_counter() - begun)


async def _latencies(http: httpx.AsyncClient, url: str, until: Callable[[], bool]) -> tuple[float, float]:
    """p50 and p99 of a small query in milliseconds."""
    found: list[float] = []

    async def ask() -> None:
        while not until():
            begun = time.perf_counter()
            await _answer(http, url, "{ table0042(limit: 1) { id c0 parent { id } } }")
            found.append((time.perf_counter() - begun) * 1000)

    await asyncio.gather(*(ask() for _ in range(CALLERS)))
    cuts = quantiles(found, n=100)
    return cuts[49], cuts[98]


def _after(seconds: float) -> Callable[[], bool]:
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() >= end


async def _answer(http: httpx.AsyncClient, url: str, query: str, headers: dict[str, str] | None = None) -> Any:  # noqa: ANN401 - JSON
    end = time.perf_counter() + PATIENCE
    while True:
        answer = (await http.post(url, content=orjson.dumps({"query": query}), headers=headers)).json()
        if "errors" not in answer:
            return answer["data"]
        if time.perf_counter() > end:
            raise BenchError(f"a query was refused: {answer['errors']}")
