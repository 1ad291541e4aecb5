"""Reading the trail of what was done to accounts, roles and keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from domain.paging import Kind, Order, SortKey, window

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.paging import Page, Window

NEWEST_FIRST: Final = Order((SortKey("at", Kind.TIME, descending=True), SortKey("id", Kind.ID, descending=True)))


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """An event of the trail as it is kept; see `domain.audit.AuditEvent`."""

    id: UUID
    at: datetime
    action: str
    actor_id: UUID | None = None
    key_id: UUID | None = None
    target: str | None = None
    details: Mapping[str, object] = field(default_factory=dict[str, object])
    address: str | None = None


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events: those with all that is given here."""

    action: str | None = None
    actor_id: UUID | None = None
    target: str | None = None


class KeptTrail(Protocol):
    """The port to the trail as it is kept."""

    async def page(self, only: EventFilter, order: Order, window: Window) -> Page[KeptEvent]:
        """The events of a window, by one statement."""
        ...

    async def count(self, only: EventFilter) -> int:
        """How many events there are."""
        ...


class ListEvents:
    """Reads a page of the trail, the newest event first."""

    def __init__(self, trail: KeptTrail) -> None:
        self._trail = trail

    async def __call__(
        self,
        only: EventFilter,
        *,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Page[KeptEvent]:
        """The page that these arguments of a connection ask for; raises InvalidInputError if they make none."""
        return await self._trail.page(only, NEWEST_FIRST, window(NEWEST_FIRST, first, after, last, before))


class CountEvents:
    """Counts events of the trail."""

    def __init__(self, trail: KeptTrail) -> None:
        self._trail = trail

    async def __call__(self, only: EventFilter) -> int:
        """How many there are."""
        return await self._trail.count(only)
