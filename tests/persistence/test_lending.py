"""Connections lent again and again: in turn, never more than there may be, and none that is broken."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg
import pytest

from persistence import lending
from persistence.lending import Lending

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from persistence.lent import Lent


class RefusingPool:
    async def acquire(self) -> None:
        raise OSError("refused")


@asynccontextmanager
async def lent(url: str, size: int = 2, patience: float = 10) -> AsyncGenerator[Lending]:
    pool = await asyncpg.create_pool(url, min_size=0, max_size=size)
    lender = Lending(pool, size, patience)
    try:
        yield lender
    finally:
        await lender.close()
        await pool.close()


async def pid(lent: Lent) -> int:
    found: int = await lent.connection.fetchval("SELECT pg_backend_pid()")
    return found


async def test_the_connection_used_last_is_lent_next(empty_database: str) -> None:
    async with lent(empty_database) as lender:
        one, two = await lender.take(), await lender.take()
        last = await pid(two)
        lender.give_back(one)
        lender.give_back(two)

        again = await lender.take()
        assert await pid(again) == last
        lender.give_back(again)


async def test_who_waits_is_served_in_turn(empty_database: str) -> None:
    async with lent(empty_database, size=1) as lender:
        served: list[int] = []

        async def use(number: int) -> None:
            connection = await lender.take()
            served.append(number)
            await connection.connection.fetchval("SELECT 1")
            lender.give_back(connection)

        await asyncio.gather(*(use(number) for number in range(20)))

        assert served == list(range(20))


async def test_there_are_never_more_than_allowed(empty_database: str) -> None:
    async with lent(empty_database, size=3) as lender:
        seen: set[int] = set()

        async def use() -> None:
            connection = await lender.take()
            seen.add(await pid(connection))
            lender.give_back(connection)

        await asyncio.gather(*(use() for _ in range(60)))

        assert 1 <= len(seen) <= 3


async def test_who_waits_too_long_is_told_and_takes_nothing_along(empty_database: str) -> None:
    async with lent(empty_database, size=1, patience=0.05) as lender:
        held = await lender.take()
        with pytest.raises(TimeoutError):
            await lender.take()
        lender.give_back(held)

        lender.give_back(await lender.take())


async def test_a_turn_that_is_given_up_goes_to_the_next(empty_database: str) -> None:
    async with lent(empty_database, size=1) as lender:
        held = await lender.take()
        first, second = asyncio.create_task(lender.take()), asyncio.create_task(lender.take())
        await asyncio.sleep(0)
        lender.give_back(held)
        first.cancel()

        assert await second is held
        lender.give_back(held)
        assert first.cancelled()


async def test_a_broken_connection_is_replaced(empty_database: str) -> None:
    async with lent(empty_database, size=1) as lender:
        connection = await lender.take()
        before = await pid(connection)
        connection.connection.terminate()
        lender.give_back(connection)

        again = await lender.take()
        assert await pid(again) != before
        lender.give_back(again)


async def test_one_that_breaks_while_idle_is_replaced(empty_database: str) -> None:
    async with lent(empty_database, size=1) as lender:
        connection = await lender.take()
        lender.give_back(connection)
        connection.connection.terminate()

        again = await lender.take()
        assert await again.connection.fetchval("SELECT 1") == 1
        lender.give_back(again)


async def test_an_open_transaction_does_not_reach_the_next(empty_database: str) -> None:
    async with lent(empty_database, size=1) as lender:
        connection = await lender.take()
        await connection.connection.execute("BEGIN")
        lender.give_back(connection)

        again = await lender.take()
        assert not again.is_in_transaction
        lender.give_back(again)


async def test_a_cancelled_statement_leaves_a_connection_that_works(empty_database: str) -> None:
    async with lent(empty_database, size=1) as lender:

        async def use() -> None:
            connection = await lender.take()
            try:
                await connection.connection.fetchval("SELECT pg_sleep(60)")
            except BaseException:
                await lender.give_up(connection)
                raise

        task = asyncio.create_task(use())
        while not await _sleeps(empty_database):  # noqa: ASYNC110 - the server tells of it to who asks
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        again = await lender.take()
        assert await again.connection.fetchval("SELECT 1") == 1
        lender.give_back(again)


async def test_an_opening_that_fails_lets_the_next_try(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with lent(empty_database, size=1) as lender:
        with monkeypatch.context() as patched:
            patched.setattr(lender, "_pool", RefusingPool())
            with pytest.raises(OSError, match="refused"):
                await lender.take()

        lender.give_back(await lender.take())


async def test_what_nobody_needs_goes_back_to_the_pool(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lending, "IDLE_SECONDS", 0.01)
    async with lent(empty_database) as lender:
        connections = [await lender.take(), await lender.take()]
        for connection in connections:
            lender.give_back(connection)

        async with asyncio.timeout(30):
            while lender._pool.get_idle_size() < 2:  # noqa: ASYNC110 - a pool has no event of its own
                await asyncio.sleep(0.01)


async def _sleeps(url: str) -> bool:
    connection = await asyncpg.connect(url)
    try:
        return bool(await connection.fetchval("SELECT true FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'"))
    finally:
        await connection.close()
