"""What is counted when somebody tries to sign in, and who is spared."""

from __future__ import annotations

import asyncio

import pytest

from domain.accounts.lockout import SignInGuard
from domain.errors import RateLimitedError
from domain.limits import LOGIN, parse_rule
from persistence.rate_limits import CountingRateLimiter
from persistence.window_counters import WindowCounters

ANN = "ann@example.org"
HOME = "192.0.2.1"


class Attempts:
    """Locks the pairs it is told to, and remembers those that began and succeeded."""

    def __init__(self) -> None:
        self.locked: set[tuple[str, str]] = set()
        self.begun: list[tuple[str, str]] = []
        self.succeeded: list[tuple[str, str]] = []

    async def begin(self, identifier: str, address: str) -> None:
        if (identifier, address) in self.locked:
            raise RateLimitedError("Locked.", retry_after=32)
        self.begun.append((identifier, address))

    async def succeed(self, identifier: str, address: str) -> None:
        self.succeeded.append((identifier, address))

    async def lift(self, identifier: str) -> None:
        raise NotImplementedError

    async def sweep(self) -> int:
        raise NotImplementedError


class Known:
    """Knows that Ann has signed in from home."""

    def __init__(self) -> None:
        self.asked = 0

    async def knows(self, identifier: str, address: str) -> bool:
        self.asked += 1
        return (identifier, address) == (ANN, HOME)


class Scene:
    """A guard, and what stands behind it."""

    def __init__(self, rule: str) -> None:
        self.attempts, self.known = Attempts(), Known()
        limiter = CountingRateLimiter({LOGIN: parse_rule(rule)}, WindowCounters(lambda: 1000.0))
        self.guard = SignInGuard(limiter, self.attempts, self.known)

    async def tries(self, *pairs: tuple[str, str]) -> list[bool]:
        """Which attempts get through, all of them side by side."""

        async def attempt(identifier: str, address: str) -> bool:
            try:
                await self.guard.begin(identifier, address)
            except RateLimitedError:
                return False
            return True

        return await asyncio.gather(*(attempt(*pair) for pair in pairs))


async def test_an_address_may_try_so_often_whatever_the_account() -> None:
    scene = Scene("10/minute per address")
    passed = await scene.tries(*((f"user-{number}", HOME) for number in range(30)))
    assert sum(passed) == 10
    assert len(scene.attempts.begun) == 10


async def test_an_account_is_guessed_so_often_whatever_the_address() -> None:
    scene = Scene("10/minute per address, 20/hour per account")
    passed = await scene.tries(*((ANN, f"198.51.100.{number}") for number in range(100)))
    assert sum(passed) == 20


async def test_others_who_guess_do_not_keep_out_whoever_has_signed_in_before() -> None:
    scene = Scene("10/minute per address, 20/hour per account")
    await scene.tries(*((ANN, f"198.51.100.{number}") for number in range(100)))
    assert await scene.tries((ANN, HOME), (ANN, "203.0.113.9"), ("bob", "203.0.113.9")) == [True, False, True]


async def test_a_locked_pair_does_not_use_up_what_others_may_try() -> None:
    scene = Scene("1000/minute per address, 20/hour per account")
    scene.attempts.locked.add((ANN, "198.51.100.1"))
    assert not any(await scene.tries(*[(ANN, "198.51.100.1")] * 100))
    assert all(await scene.tries(*((ANN, f"203.0.113.{number}") for number in range(20))))


async def test_sessions_are_looked_up_only_when_it_matters() -> None:
    scene = Scene("10/minute per address, 5/hour per account")
    await scene.tries(*[(ANN, HOME)] * 5)
    assert scene.known.asked == 0
    await scene.tries((ANN, HOME))
    assert scene.known.asked == 1


async def test_the_refusal_says_how_long_to_wait() -> None:
    scene = Scene("off")
    scene.attempts.locked.add((ANN, HOME))
    with pytest.raises(RateLimitedError) as refusal:
        await scene.guard.begin(ANN, HOME)
    assert refusal.value.retry_after == 32


async def test_success_is_passed_on() -> None:
    scene = Scene("off")
    await scene.guard.succeed(ANN, HOME)
    assert scene.attempts.succeeded == [(ANN, HOME)]
