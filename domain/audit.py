"""The trail of what was done to accounts, roles, keys and metadata."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.actor import Actor
    from domain.client import Client


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One act.

    Attributes:
        action: what was done, such as `user.impersonate`.
        actor_id: the user who did it; the impersonating admin, where one acts as another.
        key_id: the API key that did it.
        target: what it was done to, such as `user:<id>`.
        details: JSON values; never a secret.
        address: where the call came from.
    """

    action: str
    actor_id: UUID | None = None
    key_id: UUID | None = None
    target: str | None = None
    details: Mapping[str, object] = field(default_factory=dict[str, object])
    address: str | None = None

    @classmethod
    def by(cls, actor: Actor, client: Client, action: str, *, target: str, **details: object) -> AuditEvent:
        """What an actor did, and from where."""
        actor_id = actor.impersonator_id or actor.user_id
        return cls(action, actor_id, actor.key_id, target, details, client.address)


class AuditTrail(Protocol):
    """The port to the trail; events are kept in the transaction of the act."""

    async def add(self, event: AuditEvent) -> None:
        """Keep an event."""
        ...
