"""What a provider says of itself (OpenID Connect Discovery 1.0)."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from domain.web_addresses import is_safe_address
from persistence.openid.http import ProviderStatusError, ProviderUnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from persistence.openid.http import ProviderHttp

FRESH_SECONDS: Final = 3600.0
RETRY_SECONDS: Final = 5.0
"""Seconds after a failure in which nobody asks again: those who wait for each other must not wait long."""
_LONGEST_ADDRESS: Final = 2000


@dataclass(frozen=True, slots=True)
class ProviderMetadata:
    """Where a provider's endpoints are, and what it can do.

    Attributes:
        authorization_endpoint: where browsers are sent.
        token_endpoint: where codes are exchanged.
        jwks_uri: where its keys are.
        userinfo_endpoint: where more about a user is told, if it is.
        secret_in_form: whether it takes our secret in the form only, not in a header.
        tells_issuer: whether it names itself when it sends a browser back (RFC 9207).
    """

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    secret_in_form: bool
    tells_issuer: bool


class Discovery:
    """Reads a provider's metadata when they are first asked for, and again after an hour."""

    def __init__(self, issuer: str, http: ProviderHttp, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._http = http
        self._clock = clock
        self._lock = asyncio.Lock()
        self._known: ProviderMetadata | None = None
        self._fresh_until = -FRESH_SECONDS
        self._failed_at = -FRESH_SECONDS
        self._failure = ""

    async def metadata(self) -> ProviderMetadata:
        """The metadata; those of before if the provider does not answer now.

        Raises:
            ProviderUnreachableError: they were never read, and cannot be now.
        """
        if self._known is not None and self._clock() < self._fresh_until:
            return self._known
        async with self._lock:  # one request for all who wait
            if self._known is None or self._clock() >= self._fresh_until:
                await self._renew()
            if self._known is None:
                raise ProviderUnreachableError(self._failure)
            return self._known

    async def _renew(self) -> None:
        if self._known is None and self._clock() - self._failed_at < RETRY_SECONDS:
            raise ProviderUnreachableError(self._failure)
        # Section 4.1: a final slash of the issuer is left out.
        address = f"{self._issuer.removesuffix('/')}/.well-known/openid-configuration"
        try:
            self._known = _parse(await self._http.get(address), self._issuer)
        except (ProviderUnreachableError, ProviderStatusError) as error:
            self._failure, self._failed_at = str(error), self._clock()
            if self._known is None:
                raise ProviderUnreachableError(self._failure) from error
        self._fresh_until = self._clock() + FRESH_SECONDS


def _parse(document: dict[str, Any], issuer: str) -> ProviderMetadata:
    if document.get("issuer") != issuer:  # section 4.3: exactly
        raise ProviderUnreachableError("its metadata name another issuer")
    methods = _texts(document.get("token_endpoint_auth_methods_supported")) or ("client_secret_basic",)
    has_userinfo = document.get("userinfo_endpoint") is not None
    return ProviderMetadata(
        authorization_endpoint=_address(document, "authorization_endpoint"),
        token_endpoint=_address(document, "token_endpoint"),
        jwks_uri=_address(document, "jwks_uri"),
        userinfo_endpoint=_address(document, "userinfo_endpoint") if has_userinfo else None,
        secret_in_form="client_secret_basic" not in methods and "client_secret_post" in methods,
        tells_issuer=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(document: dict[str, Any], name: str) -> str:
    value: object = document.get(name)
    if not isinstance(value, str) or len(value) > _LONGEST_ADDRESS or not is_safe_address(value):
        raise ProviderUnreachableError(f"its {name} is no address that is safe")
    return value


def _texts(value: object) -> tuple[str, ...]:
    listed = cast("list[object]", value) if isinstance(value, list) else []
    return tuple(each for each in listed if isinstance(each, str))
