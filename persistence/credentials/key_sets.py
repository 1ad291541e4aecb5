"""Another issuer's public keys, read from where it publishes them (RFC 7517)."""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

import jwt
from loguru import logger

from domain.errors import UnavailableError
from persistence.outgoing import NoAnswerError, Outgoing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FETCH_SECONDS: Final = 5.0
_MOST_KEYS: Final = 100
_RETRY_SECONDS: Final = 10.0
"""Seconds between two requests, whatever asks for them: tokens with made-up key ids, or an issuer that is down."""
_LEAST_AGE: Final = 60.0
_USUAL_AGE: Final = 600.0
_MOST_AGE: Final = 86_400.0
_MAX_AGE: Final = re.compile(r"(?:^|[\s,])max-age=\"?(\d{1,10})", re.IGNORECASE)
_KINDS: Final = frozenset({"RSA", "EC", "OKP"})


class _FetchError(Exception):
    """The issuer did not answer with a key set; the message says why."""


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A public key of another issuer, as it stands in the key set (RFC 7517)."""

    jwk: Mapping[str, Any]
    _made: dict[str, jwt.PyJWK] = field(default_factory=dict[str, jwt.PyJWK])

    def for_algorithm(self, algorithm: str) -> jwt.PyJWK:
        """The key, ready to verify with this algorithm.

        Raises:
            jwt.PyJWTError: the issuer has published it for another one, or it is no such key at all.
        """
        if self.jwk.get("alg", algorithm) != algorithm:
            raise jwt.InvalidKeyError("The key is for another algorithm.")
        if algorithm not in self._made:
            self._made[algorithm] = jwt.PyJWK(dict(self.jwk), algorithm)
        return self._made[algorithm]


@dataclass(frozen=True, slots=True)
class _Fetched:
    keys: Mapping[str, PublishedKey]
    seconds: float


class RemoteKeySet:
    """The keys at one address, by their `kid`.

    They are asked for when the first token comes, again when the issuer's `max-age` (a minute to a day) has passed,
    and when a token names an unknown key; never twice at once, and at most every ten seconds. An issuer that does not
    answer is no reason to forget its keys. Symmetric keys and keys for encryption are passed over.
    """

    def __init__(
        self, address: str, *, clock: Callable[[], float] = time.monotonic, timeout: float = _FETCH_SECONDS
    ) -> None:
        self._address = address
        self._clock = clock
        self._outgoing = Outgoing(timeout)
        self._fetching: asyncio.Task[None] | None = None
        self._keys: Mapping[str, PublishedKey] | None = None
        self._fresh_until = -_MOST_AGE
        self._tried_at = -_MOST_AGE

    async def close(self) -> None:
        """Give up what is being read, and close the connections."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.wait([self._fetching])
        await self._outgoing.close()

    async def find(self, kid: str) -> PublishedKey | None:
        """The key, or None.

        Raises:
            UnavailableError: no keys were ever read, and they cannot be read now.
        """
        if self._keys is not None and kid in self._keys:
            if self._clock() >= self._fresh_until:
                # Nobody waits for it: an issuer that is slow must not make every request slow.
                self._begin()
            return self._keys[kid]
        if (fetching := self._begin()) is not None:
            await asyncio.shield(fetching)
        if self._keys is None:
            raise UnavailableError("The keys of the issuer cannot be read now; try again.")
        return self._keys.get(kid)

    def _begin(self) -> asyncio.Task[None] | None:
        """The request that is under way, or a new one; None if the last one was a moment ago."""
        if self._fetching is not None and not self._fetching.done():
            return self._fetching
        if self._clock() - self._tried_at < _RETRY_SECONDS:
            return None
        self._tried_at = self._clock()
        self._fetching = asyncio.create_task(self._refresh())
        return self._fetching

    async def _refresh(self) -> None:
        try:
            fetched = await self._fetch()
        except _FetchError as error:
            logger.warning("The keys at {} cannot be read: {}", self._address, error)
            return
        self._keys = fetched.keys
        self._fresh_until = self._clock() + fetched.seconds

    async def _fetch(self) -> _Fetched:
        try:
            received = await self._outgoing.ask("GET", self._address)
        except NoAnswerError as error:
            raise _FetchError(str(error)) from error
        if received.status != HTTPStatus.OK:
            raise _FetchError(f"status {received.status}")
        return _Fetched(_parse(received.content), _age(received.headers.get("cache-control", "")))


def _parse(content: bytes) -> Mapping[str, PublishedKey]:
    try:
        document: Any = json.loads(content)
        keys = document["keys"]
    except (ValueError, RecursionError, TypeError, KeyError):
        raise _FetchError("not a JWK set") from None
    if not isinstance(keys, list):
        raise _FetchError("not a JWK set")
    listed = cast("list[object]", keys)[:_MOST_KEYS]
    usable = (cast("dict[str, Any]", key) for key in listed if isinstance(key, dict))
    return MappingProxyType({key["kid"]: PublishedKey(key) for key in usable if _verifies(key)})


def _verifies(key: Mapping[str, Any]) -> bool:
    operations = key.get("key_ops", ["verify"])
    return (
        isinstance(key.get("kid"), str)
        and key.get("kty") in _KINDS
        and key.get("use", "sig") == "sig"
        and isinstance(operations, list)
        and "verify" in operations
    )


def _age(cache_control: str) -> float:
    found = _MAX_AGE.search(cache_control)
    return min(max(float(found[1]), _LEAST_AGE), _MOST_AGE) if found else _USUAL_AGE
