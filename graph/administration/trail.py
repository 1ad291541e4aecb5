"""What was done to accounts, roles and keys."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from domain.administration.trail import NEWEST_FIRST, EventFilter, KeptEvent
from graph.accounts.types import read_id
from graph.paging import After, Before, First, Last, PageInfo
from graph.permissions import superadmins
from graph.scalars import Json
from graph.use_cases import Info

if TYPE_CHECKING:
    from uuid import UUID

    from domain.paging import Page


@strawberry.type(description="Something that was done to accounts, roles or keys.")
class AuditEvent:
    """Something that was done to accounts, roles or keys."""

    id: strawberry.ID = strawberry.field(description="UUIDv7.")
    at: datetime = strawberry.field(description="When, UTC (ISO 8601).")
    action: str = strawberry.field(description="What, such as `user.impersonate`.")
    actor_id: strawberry.ID | None = strawberry.field(
        description="The user who did it: the admin, where one acted as another. Null for keys and the command line."
    )
    key_id: strawberry.ID | None = strawberry.field(description="The API key that did it.")
    target: str | None = strawberry.field(description="What it was done to, such as `user:<id>`.")
    details: Json = strawberry.field(description="More about it; never a secret.")
    address: str | None = strawberry.field(description="The IP address that the call came from, where it is known.")

    @classmethod
    def of(cls, event: KeptEvent) -> Self:
        """An event of the domain."""
        return cls(
            id=strawberry.ID(str(event.id)),
            at=event.at,
            action=event.action,
            actor_id=_id(event.actor_id),
            key_id=_id(event.key_id),
            target=event.target,
            details=Json(dict(event.details)),
            address=event.address,
        )


@strawberry.type(description="An event in a page.")
class AuditEventEdge:
    """An event in a page."""

    cursor: str = strawberry.field(description="The place in the list; opaque.")
    node: AuditEvent = strawberry.field(description="The event.")


@strawberry.type(description="A page of the trail.")
class AuditEventConnection:
    """A page of the trail."""

    only: strawberry.Private[EventFilter]
    edges: list[AuditEventEdge] = strawberry.field(description="The events with their cursors.")
    nodes: list[AuditEvent] = strawberry.field(description="The events.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")

    @strawberry.field(description="How many events there are; counted only where it is asked for.")
    async def total_count(self, info: Info) -> int:
        return await info.root_value.administration.count_events(self.only)

    @classmethod
    def of(cls, page: Page[KeptEvent], only: EventFilter) -> Self:
        """A page of the trail."""
        nodes = [AuditEvent.of(event) for event in page.rows]
        cursors = [NEWEST_FIRST.cursor(event) for event in page.rows]
        edges = [AuditEventEdge(cursor=cursor, node=node) for cursor, node in zip(cursors, nodes, strict=True)]
        return cls(only=only, edges=edges, nodes=nodes, page_info=PageInfo.of(page, NEWEST_FIRST))


@strawberry.type
class TrailQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[superadmins("audit:read")],
        description="A page of what was done to accounts, roles and keys, the newest first.",
    )
    async def audit_events(
        self,
        info: Info,
        *,
        action: Annotated[str | None, strawberry.argument(description="Such as `user.delete`.")] = None,
        actor_id: Annotated[strawberry.ID | None, strawberry.argument(description="By this user.")] = None,
        target: Annotated[str | None, strawberry.argument(description="To this, such as `user:<id>`.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> AuditEventConnection:
        only = EventFilter(action, None if actor_id is None else read_id(actor_id, "actorId"), target)
        page = await info.root_value.administration.list_events(
            only, first=first, after=after, last=last, before=before
        )
        return AuditEventConnection.of(page, only)


def _id(value: UUID | None) -> strawberry.ID | None:
    return None if value is None else strawberry.ID(str(value))
