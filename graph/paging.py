"""Connections: pages of long lists (GraphQL Cursor Connections Specification)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self, TypeAlias

import strawberry

if TYPE_CHECKING:
    from domain.paging import Order, Page

First: TypeAlias = Annotated[
    int | None, strawberry.argument(description="The size of a page from the front: 1 to 100, 20 unless told.")
]
After: TypeAlias = Annotated[str | None, strawberry.argument(description="Go on behind this cursor of the same order.")]
Last: TypeAlias = Annotated[int | None, strawberry.argument(description="The size of a page from the end: 1 to 100.")]
Before: TypeAlias = Annotated[str | None, strawberry.argument(description="End before this cursor of the same order.")]


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool = strawberry.field(description="Whether there are rows behind the page.")
    has_previous_page: bool = strawberry.field(description="Whether there are rows before the page.")
    start_cursor: str | None = strawberry.field(description="The cursor of its first row; null for an empty page.")
    end_cursor: str | None = strawberry.field(description="The cursor of its last row; null for an empty page.")

    @classmethod
    def of(cls, page: Page[Any], order: Order) -> Self:
        """The place of a page of this order."""
        return cls(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=order.cursor(page.rows[0]) if page.rows else None,
            end_cursor=order.cursor(page.rows[-1]) if page.rows else None,
        )
