"""The second half of a sign-in: a code for the challenge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.accounts.errors import DeadChallengeError, WrongSignInCodeError
from domain.accounts.one_time import Purpose
from domain.accounts.spending_codes import CodeKind
from domain.audit import AuditEvent
from domain.identifiers import digest
from domain.limits import SECOND_FACTOR, account_subject, address_subject

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts.opening import OpenSession, SignedIn
    from domain.accounts.ports import AccountsWork, OpenAccounts
    from domain.accounts.spending_codes import SpendCode
    from domain.accounts.users import User
    from domain.client import Client
    from domain.limits import RateLimiter

MAX_ATTEMPTS: Final = 5
"""Codes that may be tried with one challenge."""


class ConfirmSecondFactor:
    """Ends a sign-in that waits for its second factor.

    Args:
        accounts: begins the transactions.
        limiter: limits tries by address, and by account over all challenges.
        spend: takes the code.
        open_session: opens the session.
    """

    def __init__(
        self, *, accounts: OpenAccounts, limiter: RateLimiter, spend: SpendCode, open_session: OpenSession
    ) -> None:
        self._accounts = accounts
        self._limiter = limiter
        self._spend = spend
        self._open_session = open_session

    async def __call__(self, challenge: str, code: str, client: Client) -> SignedIn:
        """Sign in.

        Args:
            challenge: what the first half of the sign-in gave.
            code: of the generator, or a recovery code.
            client: where the call comes from.

        Raises:
            WrongSignInCodeError: the code is wrong or was used.
            DeadChallengeError: the challenge has expired, was used or guessed at, or the account has changed since.
            RateLimitedError: there were too many tries.
        """
        await self._limiter.hit(SECOND_FACTOR, address_subject(client.address))
        challenge_hash = digest(challenge)
        user_id = await self._count(challenge_hash)
        await self._limiter.hit(SECOND_FACTOR, account_subject(user_id))
        async with self._accounts() as work:
            user = await self._lock(work, user_id)
            kind = await self._spend(work, user_id, code)
            if kind is None:
                raise WrongSignInCodeError
            token = await work.one_time_tokens.take(challenge_hash, Purpose.SECOND_FACTOR)
            if token is None:
                raise DeadChallengeError
            if kind is CodeKind.RECOVERY:
                await _note_recovery(work, user_id, client)
            return await self._open_session(work, user, client, label=token.data.get("label"))

    async def _count(self, challenge_hash: bytes) -> UUID:
        """Count the try in a transaction of its own, before the code is looked at: nothing can take it back."""
        async with self._accounts() as work:
            token = await work.one_time_tokens.find(challenge_hash, Purpose.SECOND_FACTOR)
            attempts = await work.one_time_tokens.count_attempt(challenge_hash) if token else 0
        if token is None or token.user_id is None or attempts > MAX_ATTEMPTS:
            raise DeadChallengeError
        return token.user_id

    async def _lock(self, work: AccountsWork, user_id: UUID) -> User:
        # Before the challenge is taken, as those who change a password do it: in another order two would wait for
        # each other.
        user = await work.users.lock(user_id, await work.users.find_password(user_id))
        if user is None:
            raise DeadChallengeError
        return user


async def _note_recovery(work: AccountsWork, user_id: UUID, client: Client) -> None:
    action = "second_factor.use_recovery_code"
    await work.audit.add(AuditEvent(action, user_id, target=f"user:{user_id}", address=client.address))
