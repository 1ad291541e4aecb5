"""Opens a session: what every way of signing in ends with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from domain.accounts.sessions import Session
from domain.identifiers import digest, new_id, new_secret
from domain.mail import Mail, MailKind

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts.ports import AccountsWork
    from domain.accounts.tokens import AccessTokens
    from domain.accounts.users import User
    from domain.client import Client

MAX_LABEL: Final = 100


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session just opened or renewed.

    Attributes:
        user: whose it is.
        session_id: the session.
        access_token: for the header `Authorization: Bearer ...`.
        expires_at: when the access token expires.
        refresh_token: good for one renewal; None for an impersonation, which cannot be renewed.
    """

    user: User
    session_id: UUID
    access_token: str = field(repr=False)
    expires_at: datetime
    refresh_token: str | None = field(repr=False)


class OpenSession:
    """Opens sessions inside the transaction of a sign-in.

    Args:
        tokens: issues the access token.
        lifetime: how long a session lives without being renewed.
    """

    def __init__(self, tokens: AccessTokens, *, lifetime: timedelta = timedelta(days=30)) -> None:
        self._tokens = tokens
        self._lifetime = lifetime

    async def __call__(
        self, work: AccountsWork, user: User, client: Client, *, label: str | None = None, is_new: bool = False
    ) -> SignedIn:
        """Open a session; a device that the account has not been used from is told by mail.

        Args:
            work: the transaction.
            user: who has proved to be themselves.
            client: where from.
            label: what the user calls the device.
            is_new: the account was just made, so that every device is new.
        """
        if not is_new and not await work.sessions.knows_device(user.id, client.user_agent, client.address):
            await work.mail.add(_new_sign_in(user, client))
        now = datetime.now(UTC)
        session = _session(user, client, now, self._lifetime, label=label)
        refresh_token = new_secret()
        await work.sessions.add(session, digest(refresh_token))
        issued = self._tokens.issue(user_id=user.id, session_id=session.id, role=user.role)
        return SignedIn(user, session.id, issued.text, issued.expires_at, refresh_token)

    async def impersonating(
        self, work: AccountsWork, user: User, client: Client, *, impersonator_id: UUID, lifetime: timedelta
    ) -> SignedIn:
        """Open a session in which an admin acts as the user: short, not renewable, and the user gets no mail."""
        now = datetime.now(UTC)
        session = _session(user, client, now, lifetime, impersonator_id=impersonator_id)
        await work.sessions.add(session, None)
        issued = self._tokens.issue(
            user_id=user.id,
            session_id=session.id,
            role=user.role,
            impersonator_id=impersonator_id,
            lifetime=lifetime,
        )
        return SignedIn(user, session.id, issued.text, issued.expires_at, None)


def _session(
    user: User,
    client: Client,
    now: datetime,
    lifetime: timedelta,
    *,
    label: str | None = None,
    impersonator_id: UUID | None = None,
) -> Session:
    return Session(
        id=new_id(),
        user_id=user.id,
        created_at=now,
        used_at=now,
        expires_at=now + lifetime,
        user_agent=client.user_agent,
        ip=client.address,
        label=label,
        impersonator_id=impersonator_id,
    )


def _new_sign_in(user: User, client: Client) -> Mail:
    values = {
        "name": user.name or "",
        "device": client.user_agent or "an unknown device",
        "address": client.address,
        "at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }
    return Mail(to=user.email, kind=MailKind.NEW_SIGN_IN, values=values)
