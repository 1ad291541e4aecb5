"""What one operation knows about its caller; resolvers read it as `info.context`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.client import UNKNOWN_CLIENT

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.client import Client


class Context(NamedTuple):
    """The verified caller, the id under which the logs speak of this request, and where it comes from."""

    actor: Actor
    request_id: str
    client: Client = UNKNOWN_CLIENT
