"""Stands in for the authenticator where an endpoint is tested without a database."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from domain.actor import Actor
from domain.errors import UnauthenticatedError
from domain.roles import SUPERADMIN

if TYPE_CHECKING:
    from collections.abc import Mapping


class ServiceKey:
    """Lets the holder of one key in as the superadmin, and nobody else."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def __call__(self, credentials: Mapping[str, str]) -> Actor:
        given = credentials.get("apikey")
        if given is None or not hmac.compare_digest(given.encode(errors="surrogatepass"), self._key):
            raise UnauthenticatedError("The apikey is missing or not valid.")
        return Actor(SUPERADMIN)
