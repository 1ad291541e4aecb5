"""Setting a second factor up, and turning it off."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from domain.accounts.confirming import own_id, refuse_impersonation
from domain.accounts.errors import SecondFactorOffError, SecondFactorOnError, WrongCodeError
from domain.accounts.one_time import Purpose
from domain.accounts.one_time_codes import new_recovery_codes, recovery_hash
from domain.accounts.second_factor import SecondFactorStatus, StartedTotp
from domain.audit import AuditEvent
from domain.errors import ForbiddenError, InvalidInputError
from domain.limits import SECOND_FACTOR, account_subject
from domain.roles import outranks

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts.confirming import Confirm
    from domain.accounts.one_time_codes import OneTimeCodes
    from domain.accounts.ports import AccountsWork, OpenAccounts
    from domain.accounts.spending_codes import SpendCode
    from domain.accounts.users import User
    from domain.actor import Actor
    from domain.client import Client
    from domain.limits import RateLimiter


class FindSecondFactor:
    """Tells callers about their second factor."""

    def __init__(self, accounts: OpenAccounts) -> None:
        self._accounts = accounts

    async def __call__(self, actor: Actor) -> SecondFactorStatus | None:
        """What is on, or None."""
        user_id = own_id(actor)
        async with self._accounts() as work:
            factor = await work.second_factors.find(user_id)
            if factor is None or factor.confirmed_at is None:
                return None
            return SecondFactorStatus(factor.confirmed_at, await work.second_factors.count_recovery_codes(user_id))


class StartTotp:
    """Makes a generator of codes, which is not on before a code of it is shown.

    The password is asked for: whoever finds an open session could lock its user out for good otherwise, since a reset
    of the password does not turn the second factor off.

    Args:
        accounts: begins the transaction.
        confirm: asks for the password.
        codes: makes the secret.
        issuer: the product's name in the authenticator.
    """

    def __init__(self, *, accounts: OpenAccounts, confirm: Confirm, codes: OneTimeCodes, issuer: str) -> None:
        self._accounts = accounts
        self._confirm = confirm
        self._codes = codes
        self._issuer = issuer

    async def __call__(self, actor: Actor, password: str | None) -> StartedTotp:
        """Make one, in place of another that is not on yet.

        Raises:
            ForbiddenError: the caller is an admin who acts as the user, or an API key.
            WrongPasswordError: the password is another one, or none and the sign-in too long ago.
            SecondFactorOnError: one is on.
            RateLimitedError: there were too many tries.
        """
        refuse_others(actor)
        confirmed = await self._confirm(actor, password)
        secret = self._codes.new_secret()
        async with self._accounts() as work:
            user = await confirmed.lock(work)
            if not await work.second_factors.start(user.id, secret):
                raise SecondFactorOnError
        return StartedTotp(secret, self._codes.uri(secret, user.email, self._issuer))


class ConfirmTotp:
    """Turns a generator on by a code of it."""

    def __init__(self, accounts: OpenAccounts, limiter: RateLimiter, codes: OneTimeCodes) -> None:
        self._accounts = accounts
        self._limiter = limiter
        self._codes = codes

    async def __call__(self, actor: Actor, client: Client, code: str) -> list[str]:
        """Turn it on; the recovery codes, which are told this once.

        Raises:
            ForbiddenError: the caller is an admin who acts as the user, or an API key.
            WrongCodeError: the code is wrong.
            SecondFactorOffError: none was started.
            SecondFactorOnError: it is on already.
            RateLimitedError: there were too many tries.
        """
        refuse_others(actor)
        user_id = own_id(actor)
        await self._limiter.hit(SECOND_FACTOR, account_subject(user_id))
        recovery_codes = new_recovery_codes()
        async with self._accounts() as work:
            step = await self._step(work, user_id, code)
            await work.second_factors.confirm(user_id, step, _hashes(recovery_codes))
            await note(work, actor, client, "second_factor.turn_on", user_id)
        return recovery_codes

    async def _step(self, work: AccountsWork, user_id: UUID, code: str) -> int:
        factor = await work.second_factors.find(user_id)
        if factor is None or factor.secret is None:
            raise SecondFactorOffError("No second factor was started.")
        if factor.confirmed_at is not None:
            raise SecondFactorOnError
        step = self._codes.check(factor.secret, code, None, datetime.now(UTC))
        if step is None:
            raise WrongCodeError
        return step


class DisableTotp:
    """Turns the second factor off, by a code or the password."""

    def __init__(self, *, accounts: OpenAccounts, limiter: RateLimiter, confirm: Confirm, spend: SpendCode) -> None:
        self._accounts = accounts
        self._limiter = limiter
        self._confirm = confirm
        self._spend = spend

    async def __call__(
        self, actor: Actor, client: Client, *, password: str | None = None, code: str | None = None
    ) -> None:
        """Turn it off; its recovery codes are useless.

        Raises:
            InvalidInputError: both a password and a code are given.
            ForbiddenError: the caller is an admin who acts as the user, or an API key.
            WrongPasswordError: there is no code, and the password is another one, or none and the sign-in too long ago.
            WrongCodeError: the code is wrong.
            SecondFactorOffError: none is on.
            RateLimitedError: there were too many tries.
        """
        refuse_others(actor)
        if password is not None and code is not None:
            raise InvalidInputError("Give the password or a code, not both.", ("code",))
        user_id = own_id(actor)
        if code is not None:
            await self._limiter.hit(SECOND_FACTOR, account_subject(user_id))
            confirmed = None
        else:
            confirmed = await self._confirm(actor, password)
        async with self._accounts() as work:
            if confirmed is not None:
                await confirmed.lock(work)
            if not await work.second_factors.is_on(user_id):
                raise SecondFactorOffError
            if code is not None and await self._spend(work, user_id, code) is None:
                raise WrongCodeError
            await _remove(work, actor, client, "second_factor.turn_off", user_id)


class RegenerateRecoveryCodes:
    """Replaces the recovery codes."""

    def __init__(self, accounts: OpenAccounts, limiter: RateLimiter, spend: SpendCode) -> None:
        self._accounts = accounts
        self._limiter = limiter
        self._spend = spend

    async def __call__(self, actor: Actor, client: Client, code: str) -> list[str]:
        """The new ones, which are told this once; the old ones are useless.

        Raises:
            ForbiddenError: the caller is an admin who acts as the user, or an API key.
            WrongCodeError: the code is wrong.
            SecondFactorOffError: no second factor is on.
            RateLimitedError: there were too many tries.
        """
        refuse_others(actor)
        user_id = own_id(actor)
        await self._limiter.hit(SECOND_FACTOR, account_subject(user_id))
        recovery_codes = new_recovery_codes()
        async with self._accounts() as work:
            if not await work.second_factors.is_on(user_id):
                raise SecondFactorOffError
            if await self._spend(work, user_id, code) is None:
                raise WrongCodeError
            await work.second_factors.replace_recovery_codes(user_id, _hashes(recovery_codes))
            await note(work, actor, client, "second_factor.regenerate_recovery_codes", user_id)
        return recovery_codes


class ResetSecondFactor:
    """Turns somebody else's lost second factor off."""

    def __init__(self, accounts: OpenAccounts) -> None:
        self._accounts = accounts

    async def __call__(self, actor: Actor, client: Client, user_id: UUID) -> None:
        """Turn it off; the user signs in by the first factor alone until they set up another.

        Raises:
            NotFoundError: there is no such user.
            ForbiddenError: the user is the caller, or not of a lower rung.
            SecondFactorOffError: the user has none.
        """
        async with self._accounts() as work:
            _refuse_equals(actor, await work.users.get(user_id))
            await _remove(work, actor, client, "second_factor.reset", user_id)


def refuse_others(actor: Actor) -> None:
    """Let nobody but a user in a session of their own do what follows.

    Raises:
        ForbiddenError: an admin acts as the user, or an API key does.
    """
    refuse_impersonation(actor)
    if actor.key_id is not None or actor.session_id is None:
        raise ForbiddenError("Only a user who has signed in may do this, not an API key.")


async def note(work: AccountsWork, actor: Actor, client: Client, action: str, user_id: UUID, **details: object) -> None:
    """Keep in the trail what was done to an account."""
    await work.audit.add(AuditEvent.by(actor, client, action, target=f"user:{user_id}", **details))


async def _remove(work: AccountsWork, actor: Actor, client: Client, action: str, user_id: UUID) -> None:
    if not await work.second_factors.remove(user_id):
        raise SecondFactorOffError
    await work.one_time_tokens.remove_all(user_id, Purpose.SECOND_FACTOR)
    await note(work, actor, client, action, user_id)


def _refuse_equals(actor: Actor, user: User) -> None:
    if actor.user_id == user.id:
        raise ForbiddenError("Turn your own second factor off by disableTotp.")
    # Nobody stands above a superadmin but the operator, who has the service key.
    is_operator = actor.is_superadmin and actor.user_id is None
    if not is_operator and not outranks(actor.role, user.role):
        raise ForbiddenError("Only somebody of a higher rung may do this.")


def _hashes(recovery_codes: list[str]) -> list[bytes]:
    return [recovery_hash(code) for code in recovery_codes]
