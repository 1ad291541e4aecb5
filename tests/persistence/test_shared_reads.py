"""Reads that come at the same moment are asked for together, and each is answered as if it had been alone."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from domain.errors import InvalidInputError, TimedOutError
from domain.tables.statement import Statement
from persistence import shared_reads
from persistence.database import Database, DatabaseOptions
from persistence.shared_reads import MOST, SharedReads
from persistence.sql.together import together
from tests.persistence.hearing import hear

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from domain.tables.statement import Value
    from tests.persistence.machine import PgBouncer

SQUARE = "SELECT convert_to(($1::int4 * $1::int4)::text, 'UTF8')"
NAP = "SELECT convert_to($1::text || pg_sleep($2::float8)::text, 'UTF8')"


class Reads:
    """Shared reads on a database, and the statements that they sent."""

    def __init__(self, database: Database, max_cost: float = shared_reads.MAX_COST) -> None:
        self.reads = SharedReads(database, max_cost=max_cost)
        self.sent: list[str] = []
        hear(database, lambda sql, _: self.sent.append(sql))

    async def at_once(self, sql: str, *calls: Sequence[Value], columns: int = 1) -> list[tuple[bytes, ...] | Exception]:
        """The answers to calls of one statement, or what was raised; `sent` holds what these calls sent."""
        self.sent.clear()
        statement = statement_of(sql, columns)
        answers = await asyncio.gather(
            *(self.reads.run(statement, list(arguments)) for arguments in calls), return_exceptions=True
        )
        self.sent[:] = [sent for sent in self.sent if statement.text in sent or "asked.p" in sent]
        return answers  # type: ignore[return-value]  # nothing raises another kind here

    async def known(self, sql: str, *arguments: Value, columns: int = 1) -> None:
        """Let it be known what the statement costs."""
        await self.at_once(sql, arguments, arguments, columns=columns)
        await self.settled()

    async def settled(self) -> None:
        """Wait until the planner has been asked."""
        while self.reads._tasks:
            await asyncio.gather(*self.reads._tasks)


def statement_of(sql: str, columns: int = 1) -> Statement:
    return Statement(sql, (), tuple(f"key{place}" for place in range(columns)))


def squares(*numbers: int) -> list[tuple[bytes]]:
    return [(str(number * number).encode(),) for number in numbers]


async def test_those_that_come_at_once_are_asked_for_together(database: Database) -> None:
    reads = Reads(database)
    await reads.known(SQUARE, "1")

    numbers = range(-4, 2 * MOST - 4)
    assert await reads.at_once(SQUARE, *([str(number)] for number in numbers)) == squares(*numbers)

    assert len(reads.sent) == 2
    assert SQUARE not in reads.sent


async def test_one_alone_has_its_own_statement(database: Database) -> None:
    reads = Reads(database)
    await reads.known(SQUARE, "1")

    assert await reads.at_once(SQUARE, ["7"]) == squares(7)
    assert reads.sent == [SQUARE]

    numbers = range(MOST + 1)
    assert await reads.at_once(SQUARE, *([str(number)] for number in numbers)) == squares(*numbers)
    assert len(reads.sent) == 2
    assert SQUARE in reads.sent


async def test_the_planner_is_asked_once_and_only_where_some_come_together(database: Database) -> None:
    reads = Reads(database)

    for _ in range(3):
        await reads.at_once(SQUARE, ["1"])
        assert reads.sent == [SQUARE]

    await reads.at_once(SQUARE, *[["1"]] * 6)
    assert reads.sent.count(SQUARE) == 6
    await reads.settled()
    assert sum(sent.startswith("EXPLAIN") for sent in reads.sent) == 2  # alone and for several


async def test_lists_nulls_texts_and_no_values_at_all(database: Database) -> None:
    reads = Reads(database)
    text = (
        "SELECT convert_to(json_build_array($1::text, $2::text[], $3::text[]::int4[], $4::text::date)::text, 'UTF8'),"
        """ convert_to('"it''s $1::int4"' || $1::text, 'UTF8') AS "$2::int4" """
    )
    calls: list[list[Value]] = [
        ["a", ["x", None, 'q"'], ["1", "2"], "2026-11-30"],
        [None, None, None, None],
        ["ä'\\\n", [], [None], "1970-01-01"],
    ]
    await reads.known(text, *calls[0], columns=2)

    at_once = await reads.at_once(text, *calls, columns=2)
    assert reads.sent == [together(text, 2, MOST)]
    alone = [(await reads.at_once(text, call, columns=2))[0] for call in calls]

    assert at_once == alone
    assert json.loads(at_once[0][0]) == ["a", ["x", None, 'q"'], [1, 2], "2026-11-30"]  # type: ignore[index]  # no error

    await reads.known("SELECT convert_to('1', 'UTF8')")
    assert await reads.at_once("SELECT convert_to('1', 'UTF8')", [], [], []) == [(b"1",)] * 3
    assert len(reads.sent) == 1


async def test_a_value_that_cannot_be_read_harms_nobody_else(database: Database) -> None:
    reads = Reads(database)
    await reads.known(SQUARE, "1")

    answers = await reads.at_once(SQUARE, ["2"], ["two"], ["3"], ["1000000"])

    assert [answers[0], answers[2]] == squares(2, 3)
    assert [type(answers[place]) for place in (1, 3)] == [InvalidInputError] * 2
    assert reads.sent.count(SQUARE) == 4


async def test_what_costs_more_is_not_shared(database: Database) -> None:
    reads = Reads(database)
    dear = "SELECT convert_to(count(*)::text, 'UTF8') FROM pg_class a, pg_class b, pg_class c WHERE $1::int4 < 0"

    await reads.known(dear, "1")

    await reads.at_once(dear, ["1"], ["2"])
    assert reads.sent == [dear] * 2


async def test_what_values_make_cheap_is_not_shared(database: Database) -> None:
    reads = Reads(database)
    await database.fetch_value("CREATE TABLE public.word (word text)")
    await database.fetch_value("INSERT INTO public.word SELECT md5(n::text) FROM generate_series(1, 5000) AS n")
    await database.fetch_value("CREATE INDEX ON public.word (word text_pattern_ops)")
    await database.fetch_value("ANALYZE public.word")
    search = "SELECT convert_to(count(*)::text, 'UTF8') FROM public.word WHERE word LIKE $1::text"
    await reads.known(search, "a1b2%")

    await reads.at_once(search, ["a1b2%"], ["c4%"])

    assert reads.sent == [search] * 2


async def test_nothing_is_shared_if_it_may_cost_nothing(database: Database) -> None:
    reads = Reads(database, max_cost=0)
    await reads.known(SQUARE, "1")

    assert await reads.at_once(SQUARE, ["1"], ["2"]) == squares(1, 2)
    assert reads.sent == [SQUARE] * 2


async def test_what_takes_long_is_shared_no_more(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_reads, "SLOW_SECONDS", 0.2)
    reads = Reads(database)
    await reads.known(NAP, "a", "0")

    await reads.at_once(NAP, ["a", "0.15"], ["b", "0.15"])
    assert NAP not in reads.sent

    assert await reads.at_once(NAP, ["a", "0"], ["b", "0"]) == [(b"a",), (b"b",)]
    assert reads.sent == [NAP] * 2


async def test_one_that_leaves_harms_nobody_else(database: Database) -> None:
    reads = Reads(database)
    await reads.known(NAP, "a", "0")

    first, second, third = [asyncio.create_task(nap(reads, name, 0.1)) for name in "abc"]
    await asyncio.sleep(0.05)
    second.cancel()

    assert [await first, await third] == [(b"a",), (b"c",)]
    assert second.cancelled()


async def test_the_statement_ends_with_the_last_that_leaves(database: Database) -> None:
    reads = Reads(database)
    await reads.known(NAP, "a", "0")

    callers = [asyncio.create_task(nap(reads, name, 60)) for name in "ab"]
    await until_nap(database, 1)
    for caller in callers:
        caller.cancel()

    await until_nap(database, 0)


async def test_some_may_leave_before_it_begins(database: Database) -> None:
    reads = Reads(database)
    await reads.known(SQUARE, "1")

    callers = [asyncio.create_task(reads.reads.run(statement_of(SQUARE), [name])) for name in "12"]
    stays = asyncio.create_task(reads.reads.run(statement_of(SQUARE), ["3"]))
    await asyncio.sleep(0)
    for caller in callers:
        caller.cancel()

    assert await stays == (b"9",)


async def test_behind_a_time_limit_each_has_its_own(any_database: str) -> None:
    database = await Database.connect(DatabaseOptions(any_database, statement_timeout=0.3))
    try:
        reads = Reads(database)
        await reads.known(NAP, "a", "0")

        answers = await reads.at_once(NAP, ["a", "0.2"], ["b", "0.2"], ["c", "5"])

        assert answers[:2] == [(b"a",), (b"b",)]
        assert isinstance(answers[2], TimedOutError)
    finally:
        await database.close()


async def test_behind_a_pooler(pooler: PgBouncer) -> None:
    database = await Database.connect(DatabaseOptions(pooler.url(), prepared_statements=False))
    try:
        reads = Reads(database)
        await reads.known(SQUARE, "1")

        numbers = range(2 * MOST)
        assert await reads.at_once(SQUARE, *([str(number)] for number in numbers)) == squares(*numbers)
        assert SQUARE not in reads.sent
    finally:
        await database.close()


async def nap(reads: Reads, name: str, seconds: float) -> tuple[bytes, ...]:
    return await reads.reads.run(statement_of(NAP), [name, str(seconds)])


async def until_nap(database: Database, expected: int) -> None:
    """Wait until that many statements sleep."""
    sql = "SELECT count(*)::int FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
    async with asyncio.timeout(10):
        while await database.fetch_value(sql) != expected:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)
