"""A time limit: whose cancellation is whose."""

from __future__ import annotations

import asyncio
from math import inf

import pytest

from domain.deadline import TimeLimit


async def test_a_block_that_takes_too_long_ends_in_a_timeout() -> None:
    with pytest.raises(TimeoutError), TimeLimit(0.01).start() as limit:
        await asyncio.Event().wait()

    assert limit.expired
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_block_that_is_done_in_time_is_left_alone() -> None:
    with TimeLimit(0.01).start() as limit:
        await asyncio.sleep(0)
    await asyncio.sleep(0.03)

    assert not limit.expired


async def test_an_error_of_the_block_is_that_of_the_block() -> None:
    with pytest.raises(KeyError), TimeLimit(10).start():
        raise KeyError("x")


async def test_a_cancellation_from_outside_stays_one() -> None:
    async def wait() -> None:
        with TimeLimit(10).start():
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_cancellation_in_the_moment_of_the_limit_stays_one() -> None:
    async def wait() -> None:
        with TimeLimit(0.01).start() as limit:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                assert limit.expired
                task.cancel()
                raise

    task = asyncio.create_task(wait())

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_inner_of_two_ends_first_and_the_outer_goes_on() -> None:
    with TimeLimit(10).start() as outer:
        with pytest.raises(TimeoutError), TimeLimit(0.01).start():
            await asyncio.Event().wait()
        await asyncio.sleep(0)

    assert not outer.expired


async def test_each_block_of_one_limit_has_its_own_time() -> None:
    limit = TimeLimit(0.05)
    ended: list[int] = []

    async def wait(number: int) -> None:
        with pytest.raises(TimeoutError), limit.start():
            await asyncio.Event().wait()
        ended.append(number)

    first = asyncio.create_task(wait(1))
    await asyncio.sleep(0.02)
    second = asyncio.create_task(wait(2))
    with limit.start() as left_in_time:
        await first

    assert ended == [1]
    await second
    assert ended == [1, 2]
    assert not left_in_time.expired


async def test_a_limit_serves_again_after_a_pause() -> None:
    limit = TimeLimit(0.01)
    with limit.start():
        pass
    await asyncio.sleep(0.03)

    with pytest.raises(TimeoutError), limit.start():
        await asyncio.Event().wait()


async def test_an_infinite_limit_never_ends_a_block() -> None:
    with TimeLimit(inf).start() as limit:
        await asyncio.sleep(0)

    assert not limit.expired


def test_a_limit_serves_one_loop() -> None:
    limit = TimeLimit(10)

    async def enter() -> None:
        with limit.start():
            pass

    asyncio.run(enter())
    with pytest.raises(RuntimeError, match="in the loop of its limit"):
        asyncio.run(enter())
