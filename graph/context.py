"""What one operation knows about its caller; resolvers read it as `info.context`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.actor import Actor


@dataclass(frozen=True, slots=True)
class Context:
    """The verified caller, and the id under which the logs speak of this request."""

    actor: Actor
    request_id: str
