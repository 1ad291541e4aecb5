"""Who is calling: headers or websocket connection parameters in, an `Actor` out."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from domain.actor import SUPERADMIN, Actor
from domain.errors import UnauthenticatedError

Authenticate: TypeAlias = Callable[[Mapping[str, str]], Awaitable[Actor] | Actor]
"""Takes lower-case header names (or connection parameters) with their values; raises UnauthenticatedError."""


class ServiceKeyAuthenticator:
    """Lets the holder of the service key in as the superadmin, and nobody else."""

    def __init__(self, service_key: str) -> None:
        self._service_key = service_key.encode()
        self._superadmin = Actor(role=SUPERADMIN)

    def __call__(self, credentials: Mapping[str, str]) -> Actor:
        """Compare `apikey` with the service key in constant time.

        Raises:
            UnauthenticatedError: if there is no key or another one.
        """
        key = credentials.get("apikey")
        if key is None:
            raise UnauthenticatedError("The apikey header is missing.")
        if not hmac.compare_digest(key.encode(errors="surrogatepass"), self._service_key):
            raise UnauthenticatedError("The apikey is not valid.")
        return self._superadmin
