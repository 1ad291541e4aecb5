"""What users see and change of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from domain.accounts.confirming import own_id
from domain.accounts.mails import already_registered, verification
from domain.accounts.one_time import Purpose, new_token
from domain.accounts.users import MAX_BIO, display_name, normal_email, normal_phone, normal_username
from domain.audit import AuditEvent
from domain.errors import InvalidInputError, UnauthenticatedError
from domain.limits import VERIFICATION, address_subject, identifier_subject
from domain.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from domain.accounts.confirming import Confirm, Confirmed
    from domain.accounts.ports import AccountsWork, OpenAccounts
    from domain.accounts.users import User
    from domain.actor import Actor
    from domain.client import Client
    from domain.limits import RateLimiter

_READERS: Final[Mapping[str, Callable[[str], str | None]]] = {
    "name": display_name,
    "bio": lambda text: plain_text(text, "bio", MAX_BIO),
    "username": normal_username,
    "phone": normal_phone,
}
"""What users may change of themselves at once, and how each value is read."""


class Profiles(Protocol):
    """Reads users outside of a transaction."""

    async def find(self, user_id: UUID) -> User | None:
        """The user, or None."""
        ...


class FindMe:
    """Gives callers their own account."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles

    async def __call__(self, actor: Actor) -> User:
        """The caller's account.

        Raises:
            UnauthenticatedError: the caller acts as no user, or as one who is not kept here any more.
        """
        user = await self._profiles.find(actor.user_id) if actor.user_id else None
        if user is None:
            raise UnauthenticatedError("There is no account behind this token.")
        return user


class UpdateMe:
    """Changes what users say about themselves, and begins the change of an address."""

    def __init__(self, *, accounts: OpenAccounts, confirm: Confirm, limiter: RateLimiter) -> None:
        self._accounts = accounts
        self._confirm = confirm
        self._limiter = limiter

    async def __call__(
        self, actor: Actor, changes: Mapping[str, str | None], client: Client, *, password: str | None = None
    ) -> User:
        """Change the account.

        A new address is asked by mail to confirm itself, and becomes the account's when it has; the caller is not told
        whether another account has it.

        Args:
            actor: the caller.
            changes: name, bio, username and phone, each with its text or None to have none; email.
            client: where the call comes from.
            password: needed for an email; None for an account without one, soon after a sign-in.

        Returns:
            The account with all changes but that of the address.

        Raises:
            InvalidInputError: a value is not written as it has to be.
            UsernameTakenError: another account has the username.
            WrongPasswordError: the password is another one, or is missing.
            RateLimitedError: there were too many mails or too many passwords.
        """
        user_id = own_id(actor)
        values = {name: _read(name, text) for name, text in changes.items() if name != "email"}
        email = _read_email(changes)
        confirmed = None
        if email is not None:
            confirmed = await self._confirm(actor, password)
            await self._limiter.hit(VERIFICATION, address_subject(client.address), identifier_subject(email))
        async with self._accounts() as work:
            user = await (work.users.update(user_id, values) if values else work.users.get(user_id))
            if confirmed is not None and email is not None and email != user.email:
                await _ask_address(work, confirmed, email)
            if changes:
                fields = sorted(changes)
                await work.audit.add(
                    AuditEvent.by(actor, client, "user.update", target=f"user:{user_id}", fields=fields)
                )
            return user


async def _ask_address(work: AccountsWork, confirmed: Confirmed, email: str) -> None:
    user = await confirmed.lock(work)
    owner = await work.users.find_by_email(email)
    token, secret = new_token(Purpose.VERIFY_EMAIL, user.id, email=email)
    await work.one_time_tokens.remove_all(user.id, Purpose.VERIFY_EMAIL)  # the last address asked for is the one meant
    async with work.part(keep=owner is None):
        await work.one_time_tokens.add(token)
    mail = verification(email, user.name, secret)
    await work.mail.add(mail if owner is None else already_registered(owner.email, owner.name))


def _read(name: str, text: str | None) -> str | None:
    if name not in _READERS:
        raise InvalidInputError("This cannot be changed.", (name,))
    return None if text is None else _READERS[name](text)


def _read_email(changes: Mapping[str, str | None]) -> str | None:
    if "email" not in changes:
        return None
    if changes["email"] is None:
        raise InvalidInputError("An account has an email address.", ("email",))
    return normal_email(changes["email"])
