"""Access tokens of another issuer (Auth0, Firebase, Cognito and their like), by PyJWT."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

import jwt

from domain.accounts.claim_paths import find_claim, parse_path, session_text, texts
from domain.accounts.tokens import (
    ExpiredTokenError,
    ExternalAlgorithm,
    ExternalClaims,
    InvalidTokenError,
)
from domain.bounded import BoundedCache
from domain.roles import ADMINISTRATORS
from persistence.credentials.tokens import LEEWAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.accounts.claim_paths import ClaimPath
    from persistence.credentials.key_sets import PublishedKey

LONGEST: Final = 16_384
"""Characters of a token; those with many groups in them are large."""

_HEADER_TYPES: Final = frozenset({"jwt", "at+jwt", "application/at+jwt"})
_LONGEST_SUBJECT: Final = 255
_LONGEST_VARIABLE: Final = 4096
_MOST_ROLES: Final = 100
_LONGEST_ROLE: Final = 63
_REMEMBERED: Final = 10_000
_MOST_REMEMBERED: Final = 16_777_216
"""Characters of all remembered tokens together."""
_USUAL_CLAIMS: Final = {"x-user-id": "sub", "x-email": "email"}


class FindsKeys(Protocol):
    """Has the issuer's public keys."""

    async def find(self, kid: str) -> PublishedKey | None:
        """The key, or None; raises UnavailableError."""
        ...


@dataclass(frozen=True, slots=True)
class ExternalOptions:
    """Whose tokens are accepted, and what their claims become.

    Attributes:
        issuer: their `iss`.
        audiences: one of these is in their `aud`.
        algorithms: what they may be signed with.
        claims: session variable, `role`, `roles` or `email` to the path of its claim; beside `x-user-id` and `email`.
        default_role: the role of a token that names none.
        trust_roles: whether the issuer may make somebody an administrator.
    """

    issuer: str
    audiences: tuple[str, ...]
    algorithms: tuple[ExternalAlgorithm, ...] = (ExternalAlgorithm.RS256,)
    claims: Mapping[str, str] = field(default_factory=dict[str, str])
    default_role: str = "user"
    trust_roles: bool = False


@dataclass(frozen=True, slots=True)
class _Verified:
    claims: ExternalClaims
    kid: str
    key: PublishedKey


class JwksExternalTokens:
    """The port `ExternalTokens` on the issuer's published keys.

    The header chooses among the configured algorithms only, and among those only one that fits its key; addresses and
    keys in the header are not looked at. Roles of administrators are taken away unless the issuer is trusted with them.
    A verified token is remembered until it expires or its key is published no more.
    """

    def __init__(self, options: ExternalOptions, keys: FindsKeys) -> None:
        self._options = options
        self._keys = keys
        renamed = {"x-email" if name == "email" else name: path for name, path in options.claims.items()}
        self._paths = {name: parse_path(path) for name, path in (_USUAL_CLAIMS | renamed).items()}
        self._role = self._paths.pop("role", None)
        self._roles = self._paths.pop("roles", None)
        self._verified: BoundedCache[str, _Verified] = BoundedCache(
            max_entries=_REMEMBERED, max_weight=_MOST_REMEMBERED
        )

    def issued(self, token: str) -> bool:
        """Whether its `iss`, unverified, is the configured issuer."""
        if len(token) > LONGEST or not token.isascii():
            return False
        if self._verified.find(token) is not None:
            return True
        try:
            claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
        except jwt.PyJWTError:
            return False
        return claims.get("iss") == self._options.issuer

    async def verify(self, token: str) -> ExternalClaims:
        """Check a token and read what the settings want of it.

        Raises:
            ExpiredTokenError: it was good once.
            InvalidTokenError: it is not good, for any other reason.
            UnavailableError: the issuer's keys were never read, and cannot be now.
        """
        if len(token) > LONGEST or not token.isascii():
            raise InvalidTokenError
        known = self._verified.find(token)
        if known is not None and await self._keys.find(known.kid) is known.key:
            return _alive(known.claims)
        algorithm, kid = self._header(token)
        key = await self._keys.find(kid)
        if key is None:
            raise InvalidTokenError
        claims = self._read(self._decode(token, algorithm, key))
        self._verified.add(token, _Verified(claims, kid, key), weight=len(token))
        return claims

    def _header(self, token: str) -> tuple[ExternalAlgorithm, str]:
        try:
            header = jwt.get_unverified_header(token)
            algorithm = ExternalAlgorithm(header["alg"])
        except (jwt.PyJWTError, ValueError, KeyError) as error:
            raise InvalidTokenError from error
        kid, kind = header.get("kid"), header.get("typ", "JWT")
        known = isinstance(kind, str) and kind.lower() in _HEADER_TYPES
        if algorithm not in self._options.algorithms or not isinstance(kid, str) or not known or "crit" in header:
            raise InvalidTokenError
        return algorithm, kid

    def _decode(self, token: str, algorithm: ExternalAlgorithm, key: PublishedKey) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.for_algorithm(algorithm.value),
                algorithms=[algorithm.value],
                issuer=self._options.issuer,
                leeway=LEEWAY,
                options={"require": ["iss", "sub", "exp"], "verify_aud": False, "enforce_minimum_key_length": True},
            )
        except jwt.ExpiredSignatureError as error:
            raise ExpiredTokenError from error
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise InvalidTokenError from error
        # Access tokens of Cognito have no `aud`; their `client_id` says the same.
        audience = texts(claims.get("aud", claims.get("client_id")))
        if not set(audience) & set(self._options.audiences):
            raise InvalidTokenError
        return claims

    def _read(self, claims: dict[str, Any]) -> ExternalClaims:
        subject: object = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
            raise InvalidTokenError
        role, roles = self._named_roles(claims)
        try:
            expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise InvalidTokenError from error
        return ExternalClaims(subject, role, roles, self._variables(claims), expires_at)

    def _named_roles(self, claims: dict[str, Any]) -> tuple[str, frozenset[str]]:
        first = self._allowed(claims, self._role)[:1]
        allowed = (*first, *self._allowed(claims, self._roles))
        role = first[0] if first else self._options.default_role
        return role, frozenset((*allowed, role))

    def _allowed(self, claims: dict[str, Any], path: ClaimPath | None) -> tuple[str, ...]:
        named = texts(find_claim(claims, path))[:_MOST_ROLES] if path else ()
        trusted = self._options.trust_roles
        return tuple(
            role for role in named if 0 < len(role) <= _LONGEST_ROLE and (trusted or role not in ADMINISTRATORS)
        )

    def _variables(self, claims: dict[str, Any]) -> dict[str, str]:
        found = {name: session_text(find_claim(claims, path)) for name, path in self._paths.items()}
        # An address that nobody has shown to be theirs must not open what its owner may see.
        if claims.get("email_verified") in (False, "false"):
            found.pop("x-email", None)
        return {name: text for name, text in found.items() if text is not None and len(text) <= _LONGEST_VARIABLE}


def _alive(claims: ExternalClaims) -> ExternalClaims:
    if claims.expires_at + LEEWAY <= datetime.now(UTC):
        raise ExpiredTokenError
    return claims
