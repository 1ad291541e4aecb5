"""What stands before a password is looked at: delays for who guesses, and nothing that locks an account for others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from domain.errors import RateLimitedError
from domain.limits import LOGIN, address_subject, identifier_subject

if TYPE_CHECKING:
    from domain.limits import RateLimiter


@dataclass(frozen=True, slots=True)
class LockoutPolicy:
    """How attempts on one account from one address are slowed down.

    After `free` attempts without success each further one is answered only when 2 to the power of the number of
    attempts has passed in seconds, at most `longest`; after `forgotten` without an attempt the count begins anew. At
    least two are free.
    """

    free: int = 5
    longest: timedelta = timedelta(minutes=15)
    forgotten: timedelta = timedelta(days=1)


DEFAULT_POLICY: Final = LockoutPolicy()


class SignInAttempts(Protocol):
    """Remembers the attempts on an account from an address.

    Accounts are named by what was given, whether or not there is such an account: an answer tells nothing about it.
    """

    async def begin(self, identifier: str, address: str) -> None:
        """Count an attempt before the password is looked at, so that guesses made side by side all count.

        Raises:
            RateLimitedError: the pair is locked; says for how many seconds.
        """
        ...

    async def succeed(self, identifier: str, address: str) -> None:
        """Forget the attempts of the pair: the password was right."""
        ...

    async def lift(self, identifier: str) -> None:
        """Forget the attempts on the account from every address: its password has been reset."""
        ...

    async def sweep(self) -> int:
        """Delete what is forgotten by now; how many pairs."""
        ...


class KnownAddresses(Protocol):
    """Remembers from where people have signed in."""

    async def knows(self, identifier: str, address: str) -> bool:
        """Whether the account with this email address or username has signed in from this address before."""
        ...


class SignInGuard:
    """Lets an attempt to sign in through, or refuses it before it costs a hash.

    Guesses from one address are limited by `login` per address and slowed down per account; guesses on one account
    from many addresses by `login` per account. The latter spares the addresses that the account is known to use, so
    that nobody can keep somebody else out.
    """

    def __init__(self, limiter: RateLimiter, attempts: SignInAttempts, known: KnownAddresses) -> None:
        self._limiter = limiter
        self._attempts = attempts
        self._known = known

    async def begin(self, identifier: str, address: str) -> None:
        """Count an attempt.

        Raises:
            RateLimitedError: there were too many; says how many seconds to wait.
        """
        await self._limiter.hit(LOGIN, address_subject(address))
        # First, since it answers for the pair alone: a locked one does not use up what others may try.
        await self._attempts.begin(identifier, address)
        try:
            await self._limiter.hit(LOGIN, identifier_subject(identifier))
        except RateLimitedError:
            if not await self._known.knows(identifier, address):
                raise

    async def succeed(self, identifier: str, address: str) -> None:
        """Forget the attempts of the pair: the password was right."""
        await self._attempts.succeed(identifier, address)
