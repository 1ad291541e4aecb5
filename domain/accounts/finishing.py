"""The end of every sign-in: a session or, where the account has a second factor, a challenge for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from domain.accounts.one_time import LIFETIMES, OneTimeToken, Purpose
from domain.identifiers import digest, new_secret

if TYPE_CHECKING:
    from domain.accounts.opening import OpenSession, SignedIn
    from domain.accounts.ports import AccountsWork
    from domain.accounts.users import User
    from domain.client import Client


@dataclass(frozen=True, slots=True)
class SecondFactorRequired:
    """The first factor was right; the challenge is shown again with a code of the second one until it expires."""

    challenge: str = field(repr=False)
    expires_at: datetime


class FinishSignIn:
    """Ends a sign-in whose first factor (a password, an OpenID provider) was right, in its transaction."""

    def __init__(self, open_session: OpenSession) -> None:
        self._open_session = open_session

    async def __call__(
        self, work: AccountsWork, user: User, client: Client, *, label: str | None = None, is_new: bool = False
    ) -> SignedIn | SecondFactorRequired:
        """Open a session, or ask for the second factor; `is_new`: the account was just made."""
        if not await work.second_factors.is_on(user.id):
            return await self._open_session(work, user, client, label=label, is_new=is_new)
        challenge = new_secret()
        expires_at = datetime.now(UTC) + LIFETIMES[Purpose.SECOND_FACTOR]
        data = {"label": label}
        token = OneTimeToken(digest(challenge), Purpose.SECOND_FACTOR, expires_at, user_id=user.id, data=data)
        await work.one_time_tokens.add(token)
        return SecondFactorRequired(challenge, expires_at)
