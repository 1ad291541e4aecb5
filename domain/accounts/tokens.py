"""Access tokens: what they say, and the ports to our own and to those of another issuer."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from domain.errors import UnauthenticatedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta
    from uuid import UUID


class SigningAlgorithm(StrEnum):
    """What access tokens are signed with, by the names of RFC 7518 and RFC 8037."""

    HS256 = "HS256"
    RS256 = "RS256"
    ES256 = "ES256"
    EDDSA = "EdDSA"


class ExternalAlgorithm(StrEnum):
    """What another issuer may sign with: asymmetric algorithms only, since its secret is not ours to know."""

    RS256 = "RS256"
    RS384 = "RS384"
    RS512 = "RS512"
    PS256 = "PS256"
    PS384 = "PS384"
    PS512 = "PS512"
    ES256 = "ES256"
    ES384 = "ES384"
    ES512 = "ES512"
    EDDSA = "EdDSA"


class TokenFailure(StrEnum):
    """`extensions.reason` of a token that does not verify: an expired one is worth a refresh, another is not."""

    EXPIRED = "EXPIRED"
    INVALID = "INVALID"


class InvalidTokenError(UnauthenticatedError):
    """The token is not ours, was changed, or is meant for somebody else. Nobody is told which."""

    def __init__(self) -> None:
        super().__init__("The access token is not valid.", TokenFailure.INVALID)


class UnknownKeyError(InvalidTokenError):
    """The token names a key that this process does not know: another one may have made it a moment ago."""


class ExpiredTokenError(UnauthenticatedError):
    """The token was good once."""

    def __init__(self) -> None:
        super().__init__("The access token has expired.", TokenFailure.EXPIRED)


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What a verified access token says of its bearer.

    Attributes:
        user_id: the user it acts for.
        session_id: the session it belongs to.
        role: the role it was issued with.
        token_id: its own id (`jti`).
        expires_at: the end of its life (UTC).
        impersonator_id: the administrator who acts as the user (RFC 8693, `act`), if one does.
    """

    user_id: UUID
    session_id: UUID
    role: str
    token_id: str
    expires_at: datetime
    impersonator_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new access token and the end of its life (UTC)."""

    text: str = field(repr=False)
    expires_at: datetime


class AccessTokens(Protocol):
    """The port to our own access tokens. Both calls are quick and touch no database."""

    def issue(
        self,
        *,
        user_id: UUID,
        session_id: UUID,
        role: str,
        impersonator_id: UUID | None = None,
        lifetime: timedelta | None = None,
    ) -> IssuedToken:
        """Sign a token.

        Args:
            user_id: the user it acts for.
            session_id: the session it belongs to.
            role: the user's role.
            impersonator_id: the administrator who acts as the user, if one does.
            lifetime: how long it is good for; None, and anything longer, is as long as the settings say.
        """
        ...

    def verify(self, token: str) -> AccessClaims:
        """Check a token; it says nothing of whether the user or the session is still there.

        Raises:
            ExpiredTokenError: it was good once.
            UnknownKeyError: ask for the keys anew and try again, once.
            InvalidTokenError: it is not good, for any other reason.
        """
        ...


class SigningKeys(Protocol):
    """The port to the keys that this process signs and verifies with."""

    async def reload(self) -> None:
        """Read them anew; call it when they have changed.

        Raises:
            UnavailableError: the database cannot be reached; the old ones stay.
        """
        ...

    async def renew(self) -> bool:
        """Read them anew unless this was done a moment ago; whether any were read. Call it on UnknownKeyError.

        Raises:
            UnavailableError: the database cannot be reached; the old ones stay.
        """
        ...

    def jwks(self) -> Mapping[str, Any]:
        """The public keys as a JWK set (RFC 7517); symmetric ones are in none."""
        ...


@dataclass(frozen=True, slots=True)
class ExternalClaims:
    """What the verified token of another issuer says of its bearer.

    Attributes:
        subject: the issuer's own id of the user.
        role: the role to act in unless the request picks another one.
        roles: every role the bearer may act in, `role` among them.
        variables: the session variables for the table API, by their lower-case names.
        expires_at: the end of the token's life (UTC).
    """

    subject: str
    role: str
    roles: frozenset[str]
    variables: Mapping[str, str]
    expires_at: datetime


class ExternalTokens(Protocol):
    """The port to the tokens of the other issuer that the settings name."""

    def issued(self, token: str) -> bool:
        """Whether the token says that it comes from that issuer. Nothing of it is proven by that."""
        ...

    async def verify(self, token: str) -> ExternalClaims:
        """Check a token.

        Raises:
            ExpiredTokenError: it was good once.
            InvalidTokenError: it is not good, for any other reason.
            UnavailableError: the issuer's keys were never read, and cannot be now.
        """
        ...
