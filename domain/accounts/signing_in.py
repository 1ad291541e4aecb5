"""Signing in by a password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from domain.accounts.errors import BadCredentialsError
from domain.accounts.opening import MAX_LABEL
from domain.accounts.passwords import PasswordCheck, normalize
from domain.accounts.users import MAX_EMAIL, User
from domain.text import plain_text

if TYPE_CHECKING:
    from domain.accounts.finishing import FinishSignIn, SecondFactorRequired
    from domain.accounts.lockout import SignInGuard
    from domain.accounts.opening import SignedIn
    from domain.accounts.passwords import PasswordHasher
    from domain.accounts.ports import OpenAccounts
    from domain.client import Client


@dataclass(frozen=True, slots=True)
class EmailNotVerified:
    """The password was right; the address has to be verified first."""


LogInResult: TypeAlias = "SignedIn | SecondFactorRequired | EmailNotVerified"


class LogIn:
    """Signs users in by their email address or username and their password.

    Args:
        accounts: begins the transactions.
        passwords: checks the password; as long for an account that is not there.
        guard: refuses guesses before they cost a hash.
        finish: opens the session or asks for the second factor.
        verification_required: whether an address has to be verified first.
    """

    def __init__(
        self,
        *,
        accounts: OpenAccounts,
        passwords: PasswordHasher,
        guard: SignInGuard,
        finish: FinishSignIn,
        verification_required: bool = False,
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._guard = guard
        self._finish = finish
        self._verification_required = verification_required

    async def __call__(
        self, identifier: str, password: str, client: Client, *, label: str | None = None
    ) -> LogInResult:
        """Sign in.

        Args:
            identifier: an email address or a username.
            password: as it was typed.
            client: where the call comes from.
            label: what the user calls the device.

        Raises:
            BadCredentialsError: they are not those of an active account.
            InvalidInputError: a value is longer than any, or holds characters that nobody types.
            RateLimitedError: there were too many attempts.
            UnavailableError: too many passwords wait to be checked.
        """
        name = (plain_text(identifier, "identifier", MAX_EMAIL) or "").lower()
        called = None if label is None else plain_text(" ".join(label.split()), "label", MAX_LABEL)
        normalize(password)  # what is no text is refused as such
        await self._guard.begin(name, client.address)
        user, password_hash = await self._find(name)
        check = await self._passwords.verify(password, password_hash)
        if user is None or password_hash is None or not check.matches:
            raise BadCredentialsError
        await self._guard.succeed(name, client.address)
        if self._verification_required and user.email_verified_at is None:
            return EmailNotVerified()
        return await self._open(user, password_hash, check, client, called)

    async def _find(self, name: str) -> tuple[User | None, str | None]:
        async with self._accounts() as work:
            found = await work.users.find_credentials(name)
        return found if found and found[0].active else (None, None)

    async def _open(
        self, user: User, password_hash: str, check: PasswordCheck, client: Client, label: str | None
    ) -> SignedIn | SecondFactorRequired:
        async with self._accounts() as work:
            # The hash took its time: the password may be another one now, or the account closed.
            current = await work.users.lock(user.id, password_hash)
            if current is None:
                raise BadCredentialsError
            if check.rehashed is not None:
                await work.users.set_password(user.id, check.rehashed)
            return await self._finish(work, current, client, label=label)
