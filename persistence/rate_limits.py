"""The port `RateLimiter`: in memory for one process, in Redis, by the `limits` library, for many."""

from __future__ import annotations

import asyncio
import math
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn, Protocol

from limits.aio.storage import RedisStorage
from loguru import logger

from domain.errors import RateLimitedError
from domain.limits import KINDS, OPERATIONS
from persistence.window_counters import WindowCounters

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

    from redis.asyncio import ConnectionPool

    from domain.limits import Rate, RateLimiter, Rules

PREFIX: Final = "selfgraph:limits"
"""What the names of all keys in Redis begin with."""
PATIENCE: Final = 0.5
"""Seconds that Redis has for a call."""
_ATTEMPT: Final = 0.4
"""The part of the patience that each wait of the client has: two attempts end by themselves before it does."""
RETRY: Final = 5.0
"""Seconds after which Redis is tried again."""
_CONNECTIONS: Final = 32


class Counters(Protocol):
    """Sliding windows by key, as the storages of the `limits` library have them."""

    async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int) -> bool:
        """Count a call unless the calls of the last `expiry` seconds are `limit` already; whether it was counted."""
        ...

    async def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """The calls of the previous window and the seconds it counts for; the same of the current one."""
        ...


class CountingRateLimiter:
    """Counts by the sliding window counter.

    It keeps two numbers a subject, where the moving window keeps the time of every call (6000 of them a caller by
    default), and lets no double rate through at the border of two windows, as the fixed window does. The price: it
    takes the calls of the previous window as evenly spread.

    The counters are asked directly: the library's strategy, which does no more, takes 4 us for each call.
    """

    def __init__(self, rules: Rules, counters: Counters) -> None:
        self._rules = {operation: _windows(operation, rates) for operation, rates in rules.items()}
        self._counters = counters
        self._at_once = counters if isinstance(counters, WindowCounters) else None

    def count(self, operation: str, subject: str) -> Awaitable[None] | None:
        """Count a call by one subject; see the port."""
        counters = self._at_once
        if counters is None:
            return self.hit(operation, subject)
        for window in self._rules[operation].get(subject.partition(":")[0], ()):
            key = window.name + subject
            if not counters.count(key, window.amount, window.seconds):
                return self._refuse(window, key)
        return None

    async def hit(self, operation: str, *subjects: str) -> None:
        """Count a call by each subject; see the port."""
        rules = self._rules[operation]
        if not rules:
            return
        for subject in subjects:
            for window in rules.get(subject.partition(":")[0], ()):
                key = window.name + subject
                if not await self._counters.acquire_sliding_window_entry(key, window.amount, window.seconds):
                    raise await self._refusal(window, key)

    async def _refuse(self, window: _Window, key: str) -> NoReturn:
        raise await self._refusal(window, key)

    async def _refusal(self, window: _Window, key: str) -> RateLimitedError:
        calls = await self._counters.get_sliding_window(key, window.seconds)
        seconds = _seconds_until_free(window.amount, window.seconds, calls)
        return RateLimitedError(f"Too many calls; try again in {seconds} s.", retry_after=seconds)


@dataclass(frozen=True, slots=True)
class _Window:
    """A rate, and what the keys of its counters begin with."""

    name: str
    amount: int
    seconds: int


class FallbackRateLimiter:
    """Counts in Redis, and in this process while Redis cannot be used: one line in the log says so, another the end.

    Args:
        shared: counts in Redis.
        local: counts in this process.
        failures: what the client of Redis raises.
        clock: seconds that never go back.
        patience: seconds that Redis has for a call.
    """

    def __init__(
        self,
        shared: RateLimiter,
        local: RateLimiter,
        failures: tuple[type[Exception], ...],
        *,
        clock: Callable[[], float] = time.monotonic,
        patience: float = PATIENCE,
    ) -> None:
        self._shared = shared
        self._local = local
        self._failures: tuple[type[Exception], ...] = (*failures, TimeoutError, OSError)
        self._clock = clock
        self._patience = patience
        self._lost = False
        self._retry_at = 0.0

    def count(self, operation: str, subject: str) -> Awaitable[None]:
        """Count a call by one subject; see the port."""
        return self.hit(operation, subject)

    async def hit(self, operation: str, *subjects: str) -> None:
        """Count a call by each subject; see the port."""
        if self._lost:
            if (now := self._clock()) < self._retry_at:
                await self._local.hit(operation, *subjects)
                return
            # One call tries; those beside it do not wait.
            self._retry_at = now + RETRY
        try:
            async with asyncio.timeout(self._patience):
                await self._shared.hit(operation, *subjects)
        except RateLimitedError:
            self._found()
            raise
        except self._failures as error:
            self._lose(error)
            await self._local.hit(operation, *subjects)
        else:
            self._found()

    def _lose(self, error: Exception) -> None:
        self._retry_at = self._clock() + RETRY
        if not self._lost:
            self._lost = True
            # The type alone: the text may hold the address with its password.
            logger.warning(
                "Redis cannot be used ({}); each process counts rate limits by itself.", type(error).__name__
            )

    def _found(self) -> None:
        if self._lost:
            self._lost = False
            logger.info("Redis is back; rate limits are shared again.")


@asynccontextmanager
async def open_rate_limiter(
    rules: Rules,
    *,
    redis_url: str | None,
    workers: int,
    clock: Callable[[], float] = time.monotonic,
    patience: float = PATIENCE,
) -> AsyncGenerator[RateLimiter]:
    """The limiter of one process; its connections are closed when the block is left.

    Args:
        rules: the rates of every operation.
        redis_url: `redis://`, `rediss://` or `unix://`; absent: counted in memory.
        workers: processes that count apart from each other where there is no Redis. Each gets its share of a rate, but
            the whole one of `operations`, which protects a process and whose callers stay on one connection.
        clock: seconds that never go back, for what is counted in memory.
        patience: seconds that Redis has for a call.
    """
    local = CountingRateLimiter(_shares(rules, workers), WindowCounters(clock))
    if redis_url is None:
        yield local
        return
    from redis.exceptions import RedisError  # noqa: PLC0415 - loaded where it is needed

    pool = _pool(redis_url, patience * _ATTEMPT)
    # The pool leads to Redis; the address only tells the library which client to take.
    options: dict[str, Any] = {"connection_pool": pool}
    storage = RedisStorage("async+redis://", implementation="redispy", key_prefix=PREFIX, **options)
    try:
        shared = CountingRateLimiter(rules, storage)
        yield FallbackRateLimiter(shared, local, (RedisError,), clock=clock, patience=patience)
    finally:
        await pool.disconnect()


def _pool(redis_url: str, attempt: float) -> ConnectionPool:
    from redis.asyncio import BlockingConnectionPool  # noqa: PLC0415 - loaded where it is needed
    from redis.asyncio.retry import Retry  # noqa: PLC0415 - same
    from redis.backoff import NoBackoff  # noqa: PLC0415 - same

    return BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType] - upstream's options are bare
        redis_url,
        max_connections=_CONNECTIONS,
        timeout=attempt,
        socket_timeout=attempt,
        socket_connect_timeout=attempt,
        # Once: a kept connection may have ended with the Redis it led to.
        retry=Retry(NoBackoff(), 1),
    )


def _shares(rules: Rules, workers: int) -> Rules:
    return {
        operation: rates if operation == OPERATIONS else tuple(rate.divided(workers) for rate in rates)
        for operation, rates in rules.items()
    }


def _windows(operation: str, rates: tuple[Rate, ...]) -> Mapping[str, tuple[_Window, ...]]:
    """The rates by the kind of subject that they are for."""
    if not rates:
        return {}
    return {
        kind: tuple(
            _Window(f"{operation}/{rate.amount}/{rate.seconds}/", rate.amount, rate.seconds)
            for rate in rates
            if rate.kind in (None, kind)
        )
        for kind in KINDS
    }


def _seconds_until_free(limit: int, expiry: int, window: tuple[int, float, int, float]) -> int:
    """Whole seconds after which a refused subject has one call free, if it waits.

    Args:
        limit: calls in `expiry` seconds.
        expiry: the length of a window.
        window: calls in the previous window, and seconds for which they still count, less and less; calls in the
            current one, and seconds until they are forgotten, which is one window more than the current one lasts.
    """
    previous, previous_left, current, current_left = window
    if current >= limit:
        wait = current_left - limit * expiry / current
    elif previous:
        wait = previous_left - (limit - current) * expiry / previous
    else:
        wait = 0.0
    # A call is free strictly after that moment, which is known to some milliseconds.
    return max(0, math.floor(wait + 0.01)) + 1
