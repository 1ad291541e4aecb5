"""Requests to other servers: short, small, and never led elsewhere."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_BYTES: Final = 262_144
"""Bytes of an answer that is read."""


class NoAnswerError(Exception):
    """No answer in time, or one that is too large; the message says why, for the log."""


@dataclass(frozen=True, slots=True)
class Received:
    """An answer; names of headers are looked up in any case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Outgoing:
    """Asks other servers, each request within `timeout` seconds.

    Redirects are not followed: an address was checked, and where it leads to was not.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._client: httpx.AsyncClient | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def ask(
        self,
        method: str,
        address: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Received:
        """Ask for JSON.

        Raises:
            NoAnswerError: there is no such answer.
        """
        if self._client is None:
            self._client = httpx.AsyncClient(follow_redirects=False, timeout=self._timeout)
        sent = {"accept": "application/json", **(headers or {})}
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._client.stream(method, address, headers=sent, data=form) as response,
            ):
                return Received(response.status_code, response.headers, await _read(response))
        except TimeoutError:
            raise NoAnswerError(f"no answer within {self._timeout:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            raise NoAnswerError(str(error) or type(error).__name__) from error


async def _read(response: httpx.Response) -> bytes:
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        if len(content) > MOST_BYTES:
            raise NoAnswerError(f"more than {MOST_BYTES} bytes")
    return bytes(content)
