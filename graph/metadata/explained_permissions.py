"""Why a role may do something with a table, or may not."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from domain.tables import metadata as entities
from domain.tables.explained_permissions import explain_permission
from graph.metadata.arguments import Schema, Table, name_of
from graph.metadata.types import TablePermission
from graph.permissions import administrators
from graph.use_cases import Info

if TYPE_CHECKING:
    from domain.tables.explained_permissions import ExplainedPermission


@strawberry.type(description="What a role may do with the rows of a table, and why.")
class PermissionExplanation:
    """What a role may do with the rows of a table, and why."""

    allowed: bool = strawberry.field(description="Whether it may.")
    why: str = strawberry.field(description="Why, for people.")
    permissions: list[TablePermission] = strawberry.field(
        description="The permissions that decide: the role's own, or those of the roles that it inherits."
    )
    columns: list[str] = strawberry.field(description="The columns that are read or given.")
    partly_shown: list[str] = strawberry.field(
        description="Those of them that are null in some of the rows that are read: it inherits them from a role that "
        "does not see all of these rows."
    )

    @classmethod
    def of(cls, explained: ExplainedPermission) -> Self:
        """An explanation of the domain."""
        return cls(
            allowed=explained.allowed,
            why=explained.why,
            permissions=[TablePermission.of(each) for each in explained.permissions],
            columns=list(explained.columns),
            partly_shown=list(explained.partly_shown),
        )


@strawberry.type
class ExplainedPermissionsQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[administrators("metadata:read")],
        description=(
            "What a role may do with a table and why, by its own permissions and those it inherits. For example "
            '`explainPermission(table: "orders", role: "user", action: SELECT) { allowed why permissions { filter } }`.'
        ),
    )
    async def explain_permission(
        self,
        info: Info,
        table: Table,
        role: Annotated[str, strawberry.argument(description="The role.")],
        action: Annotated[entities.Action, strawberry.argument(description="What it wants to do.")],
        *,
        schema: Schema = None,
        backend: Annotated[
            bool, strawberry.argument(description="Whether a service key asks for what is for backends only.")
        ] = False,
    ) -> PermissionExplanation:
        name = name_of(info, table, schema)
        model = (await info.root_value.metadata.situation()).model
        explained = await asyncio.to_thread(partial(explain_permission, model, role, name, action, backend=backend))
        return PermissionExplanation.of(explained)
