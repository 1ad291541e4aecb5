"""Id tokens (OpenID Connect Core 1.0, section 3.1.3.7), by joserfc."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
import warnings
from typing import TYPE_CHECKING, Any, Final, cast

from joserfc import jwk, jws, jwt
from joserfc.errors import JoseError, SecurityWarning

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from persistence.credentials.key_sets import PublishedKey
    from persistence.openid.options import ProviderOptions

LONGEST: Final = 16_384
LEEWAY: Final = 60
"""Seconds that the clocks of two machines may differ."""
OLDEST: Final = 3600
"""Seconds since an id token was made; it comes straight from the provider, so more is no clock but a replay."""
_LONGEST_SUBJECT: Final = 255
_HASHES: Final = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}


class IdTokenError(Exception):
    """The id token is not good; the message says why, for the log."""


def key_id(token: str, options: ProviderOptions) -> tuple[str, str]:
    """The algorithm and the key that a token says it is signed with, if the settings allow the algorithm.

    Raises:
        IdTokenError: they do not, or it is no signed token.
    """
    if len(token) > LONGEST or not token.isascii():
        raise IdTokenError("too long, or no token")
    try:
        header: Mapping[str, Any] = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise IdTokenError("no token") from error
    algorithm, kid = header.get("alg"), header.get("kid")
    if algorithm not in options.algorithms:
        raise IdTokenError("signed by an algorithm that the settings do not allow")
    if not isinstance(kid, str) or "crit" in header:
        raise IdTokenError("it names no key, or has critical members")
    return str(algorithm), kid


def verified_claims(
    token: str,
    key: PublishedKey,
    algorithm: str,
    options: ProviderOptions,
    *,
    nonce: str,
    access_token: str | None,
    clock: Callable[[], float] = time.time,
) -> dict[str, Any]:
    """The claims of a token whose signature and claims are good.

    Raises:
        IdTokenError: they are not.
    """
    claims = _signed_claims(token, key, algorithm)
    _check_parties(claims, options)
    _check_times(claims, clock())
    told: object = claims.get("nonce")
    if not isinstance(told, str) or not hmac.compare_digest(told.encode(), nonce.encode()):
        raise IdTokenError("another nonce")
    if "at_hash" in claims:
        _check_access_token(claims["at_hash"], algorithm, access_token)
    return claims


def _signed_claims(token: str, key: PublishedKey, algorithm: str) -> dict[str, Any]:
    published = dict(key.jwk)
    if published.get("alg", algorithm) != algorithm:
        raise IdTokenError("its key is for another algorithm")
    try:
        with warnings.catch_warnings():
            # RFC 9864 renames EdDSA; providers go on to use the name that everybody knows.
            warnings.simplefilter("ignore", SecurityWarning)
            # The algorithm is the one that was found allowed, and a key of another kind does not verify with it.
            return dict(jwt.decode(token, jwk.import_key(published), algorithms=[algorithm]).claims)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise IdTokenError("its signature does not verify") from error


def _check_parties(claims: Mapping[str, Any], options: ProviderOptions) -> None:
    if claims.get("iss") != options.issuer:
        raise IdTokenError("another issuer")
    subject: object = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT or not subject.isprintable():
        raise IdTokenError("no subject")
    audience: object = claims.get("aud")
    audiences = cast("list[object]", audience) if isinstance(audience, list) else [audience]
    if options.client_id not in audiences:
        raise IdTokenError("another audience")
    # One for several audiences has to name the party it was made for.
    party: object = claims.get("azp", options.client_id if len(audiences) == 1 else None)
    if party != options.client_id:
        raise IdTokenError("made for another party")


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    expires, issued = _number(claims, "exp"), _number(claims, "iat")
    if expires <= now - LEEWAY:
        raise IdTokenError("expired")
    if not now - OLDEST <= issued <= now + LEEWAY:
        raise IdTokenError("made too long ago, or in the future")
    if "nbf" in claims and _number(claims, "nbf") > now + LEEWAY:
        raise IdTokenError("not good yet")


def _number(claims: Mapping[str, Any], name: str) -> float:
    value: object = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise IdTokenError(f"no {name}")
    return value


def _check_access_token(told: object, algorithm: str, access_token: str | None) -> None:
    # Section 3.1.3.6: the left half of the hash of the algorithm; that of Ed25519 is SHA-512 (RFC 8032).
    digest = _HASHES.get(algorithm[-3:], hashlib.sha512)((access_token or "").encode()).digest()
    expected = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")
    if not isinstance(told, str) or not access_token or not hmac.compare_digest(told.encode(), expected):
        raise IdTokenError("another access token")
