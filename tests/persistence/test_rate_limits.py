"""Calls are counted and refused in memory and in Redis, and go on being counted while Redis is away."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loguru import logger
from redis.asyncio import Redis

from domain.errors import RateLimitedError
from domain.limits import LOGIN, OPERATIONS, parse_rule
from persistence.rate_limits import PREFIX, RETRY, CountingRateLimiter, FallbackRateLimiter, open_rate_limiter
from persistence.window_counters import WindowCounters
from tests.persistence.conftest import open_folder
from tests.persistence.redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Generator

    from domain.limits import RateLimiter

PATIENCE = 30.0
"""A machine that is busy with other tests is no reason to count elsewhere."""
HANGING = 4.0
"""Less where a test waits for it to be over, and still more than a busy machine takes for a call."""
RULES = {
    LOGIN: parse_rule("5/minute per address, 3/hour per account"),
    OPERATIONS: parse_rule("100/minute"),
    "refresh": (),
}


class Clock:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def redis() -> Generator[RedisServer]:
    with open_folder() as folder:
        server = RedisServer.make(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def breakable_redis() -> Generator[RedisServer]:
    with open_folder() as folder:
        server = RedisServer.make(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def lines() -> Generator[list[str]]:
    written: list[str] = []
    sink = logger.add(lambda message: written.append(str(message)), format="{level} {message}")
    yield written
    logger.remove(sink)


@pytest.fixture(params=["memory", "redis"])
async def limiter(request: pytest.FixtureRequest) -> AsyncGenerator[RateLimiter]:
    url = None
    if request.param == "redis":
        url = request.getfixturevalue("redis").url
    async with open_rate_limiter(RULES, redis_url=url, workers=1, patience=PATIENCE) as opened:
        yield opened


def subject(request: pytest.FixtureRequest, kind: str = "address") -> str:
    """One that no other test counts, since they share a Redis."""
    return f"{kind}:{request.node.name}"


async def let_through(limiter: RateLimiter, operation: str, *subjects: str, calls: int) -> int:
    async def call() -> bool:
        try:
            await limiter.hit(operation, *subjects)
        except RateLimitedError:
            return False
        return True

    return sum(await asyncio.gather(*(call() for _ in range(calls))))


async def test_calls_up_to_the_rate_get_through_also_side_by_side(
    limiter: RateLimiter, request: pytest.FixtureRequest
) -> None:
    assert await let_through(limiter, LOGIN, subject(request), calls=50) == 5


async def test_a_refusal_says_how_long_to_wait(limiter: RateLimiter, request: pytest.FixtureRequest) -> None:
    await let_through(limiter, LOGIN, subject(request), calls=5)
    with pytest.raises(RateLimitedError) as refusal:
        await limiter.hit(LOGIN, subject(request))
    assert 1 <= refusal.value.retry_after <= 61
    assert refusal.value.retry_after == int(refusal.value.retry_after)
    assert f"{refusal.value.retry_after} s" in refusal.value.message


async def test_each_subject_has_a_rate_of_its_own_by_its_kind(
    limiter: RateLimiter, request: pytest.FixtureRequest
) -> None:
    account = subject(request, "account")
    assert await let_through(limiter, LOGIN, account, calls=9) == 3
    assert await let_through(limiter, LOGIN, subject(request), account, calls=1) == 0
    assert await let_through(limiter, LOGIN, account + "-other", calls=1) == 1
    # The address was counted before its account was refused.
    assert await let_through(limiter, LOGIN, subject(request), calls=9) == 4
    assert await let_through(limiter, LOGIN, subject(request, "key"), calls=9) == 9


async def test_operations_are_counted_apart(limiter: RateLimiter, request: pytest.FixtureRequest) -> None:
    await let_through(limiter, LOGIN, subject(request), calls=9)
    assert await let_through(limiter, OPERATIONS, subject(request), calls=9) == 9


async def test_a_rule_that_is_off_counts_nothing(limiter: RateLimiter, request: pytest.FixtureRequest) -> None:
    assert await let_through(limiter, "refresh", subject(request), calls=1000) == 1000


async def test_an_operation_without_a_rule_is_a_mistake(limiter: RateLimiter) -> None:
    with pytest.raises(KeyError):
        await limiter.hit("sign_up", "address:192.0.2.1")


def in_memory(rule: str, clock: Clock, **options: Any) -> CountingRateLimiter:
    return CountingRateLimiter({LOGIN: parse_rule(rule)}, WindowCounters(clock, **options))


async def wait_of(limiter: RateLimiter, name: str = "address:192.0.2.1") -> float:
    try:
        await limiter.hit(LOGIN, name)
    except RateLimitedError as error:
        return error.retry_after
    return 0


async def test_the_window_slides() -> None:
    clock = Clock()
    limiter = in_memory("10/minute", clock)
    assert await let_through(limiter, LOGIN, "address:a", calls=20) == 10
    clock.now += 59.9
    assert await let_through(limiter, LOGIN, "address:a", calls=20) == 0
    clock.now += 30.1  # half of the ten calls still count
    assert await let_through(limiter, LOGIN, "address:a", calls=20) == 5
    clock.now += 120
    assert await let_through(limiter, LOGIN, "address:a", calls=20) == 10


@given(
    st.integers(1, 50),
    st.lists(st.tuples(st.floats(0, 90), st.integers(1, 60)), min_size=1, max_size=8),
)
def test_who_waits_as_told_is_let_through(amount: int, visits: list[tuple[float, int]]) -> None:
    async def visit() -> None:
        clock = Clock()
        limiter = in_memory(f"{amount}/minute", clock)
        for pause, calls in visits:
            clock.now += pause
            let = await let_through(limiter, LOGIN, "address:192.0.2.1", calls=calls)
            assert let <= amount
            if wait := await wait_of(limiter):
                assert wait <= 121
                clock.now += wait
                assert await wait_of(limiter) == 0

    asyncio.run(visit())


async def test_memory_is_bounded_and_keeps_whom_it_sees_often() -> None:
    counters = WindowCounters(Clock(), max_keys=100)
    limiter = CountingRateLimiter({LOGIN: parse_rule("3/minute")}, counters)
    guesser = "account:guessed"
    assert await let_through(limiter, LOGIN, guesser, calls=9) == 3
    for number in range(1000):
        await limiter.hit(LOGIN, f"address:{number}")
        assert await wait_of(limiter, guesser) > 0
    assert len(counters) == 100


async def test_memory_forgets_what_counts_no_more() -> None:
    clock = Clock()
    counters = WindowCounters(clock)
    limiter = CountingRateLimiter({LOGIN: parse_rule("3/minute")}, counters)
    for number in range(50):
        await limiter.hit(LOGIN, f"address:{number}")
    clock.now += 121
    for number in range(50, 100):
        await limiter.hit(LOGIN, f"address:{number}")
    assert len(counters) == 50


async def test_processes_without_redis_share_what_protects_accounts_and_not_what_protects_a_process() -> None:
    async with open_rate_limiter(RULES, redis_url=None, workers=2) as limiter:
        assert await let_through(limiter, LOGIN, "address:a", calls=9) == 3
        assert await let_through(limiter, OPERATIONS, "address:a", calls=200) == 100


async def test_processes_share_their_counts_through_redis(redis: RedisServer, request: pytest.FixtureRequest) -> None:
    async with (
        open_rate_limiter(RULES, redis_url=redis.url, workers=2, patience=PATIENCE) as one,
        open_rate_limiter(RULES, redis_url=redis.url, workers=2, patience=PATIENCE) as other,
    ):
        assert await let_through(one, LOGIN, subject(request), calls=3) == 3
        assert await let_through(other, LOGIN, subject(request), calls=9) == 2


async def test_what_is_kept_in_redis_expires(redis: RedisServer, request: pytest.FixtureRequest) -> None:
    async with open_rate_limiter(RULES, redis_url=redis.url, workers=1, patience=PATIENCE) as limiter:
        await limiter.hit(LOGIN, subject(request))
    client = Redis.from_url(redis.url)
    names = [name async for name in client.scan_iter(f"{PREFIX}:*{request.node.name}*")]
    assert names
    assert all([0 < await client.ttl(name) <= 120 for name in names])
    await client.aclose()


async def test_while_redis_is_down_calls_are_counted_here_and_one_line_says_so(
    breakable_redis: RedisServer, lines: list[str]
) -> None:
    clock = Clock()
    async with open_rate_limiter(
        RULES, redis_url=breakable_redis.url, workers=1, clock=clock, patience=PATIENCE
    ) as limiter:
        assert await let_through(limiter, LOGIN, "address:a", calls=2) == 2
        breakable_redis.stop()
        assert await let_through(limiter, LOGIN, "address:a", calls=50) == 5
        assert len(lines) == 1
        assert lines[0].startswith("WARNING Redis cannot be used")
        breakable_redis.start()
        assert await let_through(limiter, LOGIN, "address:a", calls=9) == 0  # not tried again yet
        clock.now += RETRY
        assert await let_through(limiter, LOGIN, "address:a", calls=1) == 1
        assert await let_through(limiter, LOGIN, "address:a", calls=9) == 4
    assert [line.split()[0] for line in lines] == ["WARNING", "INFO"]


async def test_a_redis_that_is_not_there_does_not_keep_the_server_from_starting(lines: list[str]) -> None:
    async with open_rate_limiter(RULES, redis_url="redis://:hidden@127.0.0.1:1/0", workers=1) as limiter:
        assert await let_through(limiter, LOGIN, "address:a", calls=9) == 5
    assert len(lines) == 1
    assert "hidden" not in lines[0]


async def test_a_redis_that_hangs_fails_no_call_nor_does_a_caller_who_leaves(breakable_redis: RedisServer) -> None:
    clock = Clock()
    async with open_rate_limiter(
        RULES, redis_url=breakable_redis.url, workers=1, clock=clock, patience=HANGING
    ) as limiter:
        breakable_redis.freeze()
        calls = [asyncio.create_task(let_through(limiter, LOGIN, "address:a", calls=1)) for _ in range(90)]
        for _ in range(10):  # turns of the loop: some have asked by then, some wait for a connection
            await asyncio.sleep(0)
        for call in calls[::3]:
            call.cancel()
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert sum(result for result in results if isinstance(result, int)) == 5
        assert {type(result) for result in results} == {int, asyncio.CancelledError}
        breakable_redis.thaw()
        clock.now += RETRY
        assert await let_through(limiter, LOGIN, "address:b", calls=1) == 1
        # Every connection is there again.
        assert await let_through(limiter, OPERATIONS, "address:c", calls=200) == 100


class Stuck:
    """A Redis that takes calls and does not answer."""

    def __init__(self) -> None:
        self.asked = 0

    async def hit(self, operation: str, *subjects: str) -> None:
        assert operation
        assert subjects
        self.asked += 1
        await asyncio.Event().wait()

    def count(self, operation: str, subject: str) -> Awaitable[None]:
        return self.hit(operation, subject)


async def test_a_redis_that_hangs_is_given_up_and_asked_by_one_call_at_a_time() -> None:
    clock, stuck = Clock(), Stuck()
    local = CountingRateLimiter(RULES, WindowCounters(clock))
    limiter = FallbackRateLimiter(stuck, local, (), clock=clock, patience=0.01)
    assert await let_through(limiter, LOGIN, "address:a", calls=1) == 1
    assert await let_through(limiter, LOGIN, "address:a", calls=9) == 4
    assert stuck.asked == 1
    clock.now += RETRY
    await let_through(limiter, LOGIN, "address:a", calls=9)
    assert stuck.asked == 2


async def test_calls_counted_in_this_process_take_no_waiting_until_one_is_refused() -> None:
    limiter = CountingRateLimiter(RULES, WindowCounters(Clock()))
    assert [limiter.count(LOGIN, "address:a") for _ in range(5)] == [None] * 5
    refusal = limiter.count(LOGIN, "address:a")
    assert refusal is not None
    with pytest.raises(RateLimitedError):
        await refusal
    assert limiter.count(LOGIN, "address:b") is None
