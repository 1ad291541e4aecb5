"""Requests to providers: short, small, and never led elsewhere."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final, cast

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_BYTES: Final = 262_144
_OK: Final = 200


class ProviderUnreachableError(Exception):
    """No answer, or none that could be read; the message says why, for the log."""


class ProviderStatusError(Exception):
    """The provider refuses; `error` is its reason (RFC 6749, section 5.2), for the log."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(f"status {status}, {error}")
        self.status = status
        self.error = error


class ProviderHttp:
    """Asks a provider for JSON objects.

    Redirects are not followed: an address was checked, and where it leads to was not.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._client: httpx.AsyncClient | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def get(self, address: str, *, bearer: str | None = None) -> dict[str, Any]:
        """Read an object.

        Raises:
            ProviderUnreachableError: there is no such answer.
            ProviderStatusError: the provider refuses.
        """
        headers = {"authorization": f"Bearer {bearer}"} if bearer is not None else {}
        return await self._ask("GET", address, headers)

    async def post(self, address: str, form: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
        """Send a form and read an object.

        Raises:
            ProviderUnreachableError: there is no such answer.
            ProviderStatusError: the provider refuses.
        """
        return await self._ask("POST", address, headers, form)

    async def _ask(
        self, method: str, address: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        if self._client is None:
            self._client = httpx.AsyncClient(follow_redirects=False, timeout=self._timeout)
        sent = {"accept": "application/json", **headers}
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._client.stream(method, address, headers=sent, data=form) as response,
            ):
                return _object(response.status_code, await _read(response))
        except TimeoutError:
            raise ProviderUnreachableError(f"no answer within {self._timeout:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            raise ProviderUnreachableError(str(error) or type(error).__name__) from error


async def _read(response: httpx.Response) -> bytes:
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        if len(content) > MOST_BYTES:
            raise ProviderUnreachableError(f"more than {MOST_BYTES} bytes")
    return bytes(content)


def _object(status: int, content: bytes) -> dict[str, Any]:
    try:
        parsed: object = json.loads(content)
    except (ValueError, RecursionError):
        parsed = None
    answer = cast("dict[str, Any]", parsed) if isinstance(parsed, dict) else None
    if httpx.codes.is_client_error(status):
        raise ProviderStatusError(status, str((answer or {}).get("error", "no reason"))[:100])
    if status != _OK:
        raise ProviderUnreachableError(f"status {status}")
    if answer is None:
        raise ProviderUnreachableError("not a JSON object")
    return answer
