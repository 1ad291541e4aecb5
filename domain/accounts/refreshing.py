"""Renewing a session by its refresh token."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from domain.accounts.opening import SignedIn
from domain.accounts.sessions import EndReason
from domain.audit import AuditEvent
from domain.errors import UnauthenticatedError
from domain.identifiers import digest
from domain.limits import REFRESH, account_subject, address_subject

if TYPE_CHECKING:
    from domain.accounts.ports import OpenAccounts
    from domain.accounts.sessions import Rotation
    from domain.accounts.tokens import AccessTokens
    from domain.client import Client
    from domain.limits import RateLimiter

GRACE: Final = timedelta(seconds=10)
"""How long a spent token still gets its successor: for an answer that was lost, and for two tabs at once."""
MAX_TOKEN: Final = 128
"""Characters of a refresh token that is looked at."""
INVALID: Final = "INVALID"

_ENDED: Final = {
    EndReason.LOGGED_OUT: "This session was logged out.",
    EndReason.REVOKED: "This session was ended from elsewhere.",
    EndReason.EXPIRED: "This session has expired.",
    EndReason.TOKEN_REUSED: "A refresh token of this session was used twice: it may have been stolen. Sign in again.",
    EndReason.PASSWORD_CHANGED: "The password was changed. Sign in again.",
    EndReason.PASSWORD_RESET: "The password was reset. Sign in again.",
    EndReason.DEACTIVATED: "This account is not active.",
}


class Successors(Protocol):
    """The port to what follows a refresh token."""

    def after(self, token: str) -> str:
        """The token's successor: always the same one, and nobody can tell it without our secret.

        So it need not be kept to be given a second time.
        """
        ...


class RefreshSession:
    """Exchanges refresh tokens.

    Args:
        accounts: begins the transaction.
        successors: makes the new refresh token.
        tokens: issues the access token.
        limiter: limits how often this is done.
        lifetime: how long the session lives from then on.
    """

    def __init__(
        self,
        *,
        accounts: OpenAccounts,
        successors: Successors,
        tokens: AccessTokens,
        limiter: RateLimiter,
        lifetime: timedelta = timedelta(days=30),
    ) -> None:
        self._accounts = accounts
        self._successors = successors
        self._tokens = tokens
        self._limiter = limiter
        self._lifetime = lifetime

    async def __call__(self, refresh_token: str, client: Client) -> SignedIn:
        """Exchange a token for its successor and a new access token.

        Of callers with one token, all within ten seconds get the same successor. A later one ends the session: either
        that caller or the one before is a thief (RFC 9700, section 4.14.2).

        Raises:
            UnauthenticatedError: the token is not good; `reason` is INVALID or one of `EndReason`.
            RateLimitedError: there were too many calls from this address or for this account.
        """
        await self._limiter.hit(REFRESH, address_subject(client.address))
        if not _possible(refresh_token):
            raise _refusal(None)
        rotation = await self._rotate(refresh_token, client)
        if rotation.session is None or rotation.user is None:
            raise _refusal(rotation.ended)
        user, session = rotation.user, rotation.session
        issued = self._tokens.issue(user_id=user.id, session_id=session.id, role=user.role)
        return SignedIn(user, session.id, issued.text, issued.expires_at, self._successors.after(refresh_token))

    async def _rotate(self, refresh_token: str, client: Client) -> Rotation:
        spent, successor = digest(refresh_token), digest(self._successors.after(refresh_token))
        async with self._accounts() as work:
            rotation = await work.sessions.rotate(spent, successor, grace=GRACE, extend=self._lifetime)
            if rotation.user is not None:
                # Refused here, the token is not spent: the transaction is rolled back.
                await self._limiter.hit(REFRESH, account_subject(rotation.user.id))
            if rotation.reused:
                await work.audit.add(_reuse(rotation, client))
        if rotation.reused:
            # Rare, and known only now: whoever holds the session's access token is refused from here on.
            async with self._accounts(revoking=True):
                pass
        return rotation


def _possible(refresh_token: str) -> bool:
    return len(refresh_token) <= MAX_TOKEN and refresh_token.isascii()


def _refusal(ended: EndReason | None) -> UnauthenticatedError:
    if ended is None:
        return UnauthenticatedError("The refresh token is not valid.", INVALID)
    return UnauthenticatedError(_ENDED[ended], ended.value)


def _reuse(rotation: Rotation, client: Client) -> AuditEvent:
    return AuditEvent("session.token_reused", target=f"session:{rotation.session_id}", address=client.address)
