"""Finding users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from domain.conditions import Condition
from graph.accounts.types import User, read_id
from graph.administration.filters import UserFilter, UserOrder, read_condition, read_order
from graph.paging import After, Before, First, Last, PageInfo
from graph.permissions import administrators
from graph.use_cases import Info

if TYPE_CHECKING:
    from domain.accounts import users as entities
    from domain.paging import Order, Page

Where = Annotated[UserFilter | None, strawberry.argument(description="Which users; all of them unless told.")]
OrderBy = Annotated[
    list[UserOrder] | None, strawberry.argument(description="In what order, at most 10 items; the newest first.")
]


@strawberry.type(description="A user in a page.")
class UserEdge:
    """A user in a page."""

    cursor: str = strawberry.field(description="The place in the list; opaque.")
    node: User = strawberry.field(description="The user.")


@strawberry.type(description="A page of the users.")
class UserConnection:
    """A page of the users."""

    condition: strawberry.Private[Condition]
    edges: list[UserEdge] = strawberry.field(description="The users with their cursors.")
    nodes: list[User] = strawberry.field(description="The users.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")

    @strawberry.field(description="How many users the filter matches; counted only where it is asked for.")
    async def total_count(self, info: Info) -> int:
        return await info.root_value.administration.count_users(self.condition)

    @classmethod
    def of(cls, page: Page[entities.User], order: Order, condition: Condition) -> Self:
        """A page of this order."""
        nodes = [User.of(user) for user in page.rows]
        edges = [UserEdge(cursor=order.cursor(user), node=node) for user, node in zip(page.rows, nodes, strict=True)]
        return cls(condition=condition, edges=edges, nodes=nodes, page_info=PageInfo.of(page, order))


@strawberry.type
class UsersQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[administrators("users:read")],
        description="A page of the users. VALIDATION for arguments that make none.",
    )
    async def users(
        self,
        info: Info,
        *,
        where: Where = None,
        order_by: OrderBy = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> UserConnection:
        condition, order = read_condition(where), read_order(order_by)
        page = await info.root_value.administration.list_users(
            condition, order, first=first, after=after, last=last, before=before
        )
        return UserConnection.of(page, order, condition)

    @strawberry.field(permission_classes=[administrators("users:read")], description="One user, or null.")
    async def user(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Which one.")],  # noqa: A002 - its name in GraphQL
    ) -> User | None:
        found = await info.root_value.administration.find_user(read_id(id))
        return User.of(found) if found else None

    @strawberry.field(permission_classes=[administrators("users:read")], description="How many users a filter matches.")
    async def users_count(self, info: Info, where: Where = None) -> int:
        return await info.root_value.administration.count_users(read_condition(where))
