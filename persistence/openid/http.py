"""Requests to providers, and what their answers come to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

from persistence.outgoing import NoAnswerError, Outgoing

if TYPE_CHECKING:
    from collections.abc import Mapping

_OK: Final = 200
_REFUSALS: Final = range(400, 500)


class ProviderUnreachableError(Exception):
    """No answer, or none that could be read; the message says why, for the log."""


class ProviderStatusError(Exception):
    """The provider refuses; `error` is its reason (RFC 6749, section 5.2), for the log."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(f"status {status}, {error}")
        self.status = status
        self.error = error


class ProviderHttp:
    """Asks a provider for JSON objects."""

    def __init__(self, timeout: float) -> None:
        self._outgoing = Outgoing(timeout)

    async def close(self) -> None:
        """Close the connections."""
        await self._outgoing.close()

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
        try:
            received = await self._outgoing.ask(method, address, headers=headers, form=form)
        except NoAnswerError as error:
            raise ProviderUnreachableError(str(error)) from error
        return _object(received.status, received.content)


def _object(status: int, content: bytes) -> dict[str, Any]:
    try:
        parsed: object = json.loads(content)
    except (ValueError, RecursionError):
        parsed = None
    answer = cast("dict[str, Any]", parsed) if isinstance(parsed, dict) else None
    if status in _REFUSALS:
        raise ProviderStatusError(status, str((answer or {}).get("error", "no reason"))[:100])
    if status != _OK:
        raise ProviderUnreachableError(f"status {status}")
    if answer is None:
        raise ProviderUnreachableError("not a JSON object")
    return answer
