"""Access tokens as JWTs (RFC 7519, RFC 9068), by PyJWT."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import UUID

import jwt

from domain.accounts.tokens import AccessClaims, ExpiredTokenError, InvalidTokenError, IssuedToken, UnknownKeyError
from domain.bounded import BoundedCache

if TYPE_CHECKING:
    from collections.abc import Callable

    from persistence.credentials.signing import KeySet, SigningKey

LEEWAY: Final = timedelta(seconds=10)
"""How far the clocks of two machines may be apart."""
LONGEST: Final = 8192
"""Characters of a token; a longer one is not read at all."""

_HEADER_TYPE: Final = "at+jwt"
_CLAIM_TYPE: Final = "access"
_HEADERS: Final = frozenset({"alg", "kid", "typ"})
_CLAIMS: Final = ["sub", "sid", "iss", "aud", "typ", "iat", "exp", "jti", "role"]
_REMEMBERED: Final = 10_000
_USUAL_LENGTH: Final = 1000


class HoldsKeys(Protocol):
    """Has the set of keys that is in force now."""

    @property
    def current(self) -> KeySet:
        """The keys."""
        ...


@dataclass(frozen=True, slots=True)
class TokenOptions:
    """What tokens say of themselves, and how long they are good for."""

    issuer: str = "selfgraph"
    audience: str = "selfgraph"
    lifetime: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class _Verified:
    """The claims of a token, the key that vouches for them and the set it was found in; good `until` then.

    While that set is in force nothing else has to be looked at.
    """

    claims: AccessClaims
    kid: str
    keys: KeySet
    until: datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


class JwtAccessTokens:
    """The port `AccessTokens`.

    The key is found by the token's `kid`, and the key alone decides on the algorithm (RFC 8725, section 3.1). The
    header holds `alg`, `kid` and `typ` and nothing else, so that no `jku`, `jwk`, `x5u` or `crit` is ever looked at.
    A verified token is remembered until it expires or its key is dropped; not by a hash of it, which would take as long
    as all the rest, and beside the key that signs any token there is nothing to be gained.
    """

    def __init__(self, keys: HoldsKeys, options: TokenOptions, *, clock: Callable[[], datetime] = _utc_now) -> None:
        self._keys = keys
        self._options = options
        self._clock = clock
        self._verified: BoundedCache[str, _Verified] = BoundedCache(
            max_entries=_REMEMBERED, max_weight=_REMEMBERED * _USUAL_LENGTH
        )

    def issue(
        self,
        *,
        user_id: UUID,
        session_id: UUID,
        role: str,
        impersonator_id: UUID | None = None,
        lifetime: timedelta | None = None,
    ) -> IssuedToken:
        """Sign a token with the active key; `lifetime` may shorten its life, not lengthen it."""
        now = self._clock().replace(microsecond=0)
        longest = self._options.lifetime
        expires_at = now + (longest if lifetime is None else min(lifetime, longest))
        claims: dict[str, Any] = {
            "sub": str(user_id),
            "sid": str(session_id),
            "iss": self._options.issuer,
            "aud": self._options.audience,
            "typ": _CLAIM_TYPE,
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
            "jti": secrets.token_urlsafe(16),
            "role": role,
        }
        if impersonator_id is not None:
            claims["act"] = {"sub": str(impersonator_id)}
        key = self._keys.current.active
        headers = {"kid": key.kid, "typ": _HEADER_TYPE}
        return IssuedToken(jwt.encode(claims, key.private, key.algorithm.value, headers), expires_at)

    def verify(self, token: str) -> AccessClaims:
        """Check a token, or remember that it was checked.

        Raises:
            ExpiredTokenError: it was good once.
            UnknownKeyError: no key has its `kid`, or that key is retired too long.
            InvalidTokenError: it is not good, for any other reason.
        """
        now, keys = self._clock(), self._keys.current
        known = self._verified.find(token)
        if known is not None and known.keys is keys and now < known.until:
            return known.claims
        if len(token) > LONGEST or not token.isascii():
            raise InvalidTokenError
        if known is not None and (key := keys.find(known.kid, now)) is not None:
            claims = _alive(known.claims, now)
        else:
            key = self._key_of(token, now)
            claims = _alive(_read(self._decode(token, key)), now)
        expiry = claims.expires_at + LEEWAY
        until = expiry if key.verifies_until is None else min(expiry, key.verifies_until)
        self._verified.add(token, _Verified(claims, key.kid, keys, until), weight=len(token))
        return claims

    def _key_of(self, token: str, now: datetime) -> SigningKey:
        try:
            header = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError as error:
            raise InvalidTokenError from error
        kid = header.get("kid")
        if header.keys() != _HEADERS or header["typ"] != _HEADER_TYPE or not isinstance(kid, str):
            raise InvalidTokenError
        key = self._keys.current.find(kid, now)
        if key is None:
            raise UnknownKeyError
        return key

    def _decode(self, token: str, key: SigningKey) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                key.public,
                algorithms=[key.algorithm.value],
                issuer=self._options.issuer,
                audience=self._options.audience,
                leeway=LEEWAY,
                options={"require": _CLAIMS, "strict_aud": True},
            )
        except jwt.ExpiredSignatureError as error:
            raise ExpiredTokenError from error
        except jwt.InvalidTokenError as error:
            raise InvalidTokenError from error


def _alive(claims: AccessClaims, now: datetime) -> AccessClaims:
    if claims.expires_at + LEEWAY <= now:
        raise ExpiredTokenError
    return claims


def _read(claims: dict[str, Any]) -> AccessClaims:
    try:
        if claims["typ"] != _CLAIM_TYPE or not isinstance(claims["role"], str):
            raise InvalidTokenError
        return AccessClaims(
            user_id=UUID(claims["sub"]),
            session_id=UUID(claims["sid"]),
            role=claims["role"],
            token_id=claims["jti"],
            expires_at=datetime.fromtimestamp(int(claims["exp"]), UTC),
            impersonator_id=UUID(claims["act"]["sub"]) if "act" in claims else None,
        )
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise InvalidTokenError from error
