"""Reading and changing roles."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.access.changing_roles import RoleChanges
from graph.access.types import Role
from graph.permissions import administrators
from graph.use_cases import Info

NameArgument = Annotated[str, strawberry.argument(description="Its name.")]
NewNameArgument = Annotated[
    str, strawberry.argument(description="A letter a-z, then at most 62 of a-z, 0-9, _ and -; no built-in name.")
]
DescriptionArgument = Annotated[
    str | None, strawberry.argument(description="What it is for, at most 500 characters; null: nothing is said.")
]
InheritsArgument = Annotated[
    list[str] | None, strawberry.argument(description="The roles that it inherits, at most 50, no admin's.")
]


@strawberry.type
class RolesQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[administrators("roles:read")],
        description="Every role, the built-in ones first, then by name; at most 500.",
    )
    async def roles(self, info: Info) -> list[Role]:
        return [Role.of(role) for role in await info.root_value.access.list_roles()]

    @strawberry.field(permission_classes=[administrators("roles:read")], description="One role, or null.")
    async def role(self, info: Info, name: NameArgument) -> Role | None:
        found = await info.root_value.access.find_role(name)
        return Role.of(found) if found else None


@strawberry.type
class RolesMutation:
    """The slice's part of the mutation root."""

    @strawberry.mutation(
        permission_classes=[administrators("roles:write")],
        description=(
            "Make a role. VALIDATION for a name that is none or built in, and an inherited role that does not exist; "
            "CONFLICT for a name that is taken, and more than 10 levels of inheritance."
        ),
    )
    async def create_role(
        self,
        info: Info,
        name: NewNameArgument,
        description: DescriptionArgument = None,
        inherits: InheritsArgument = None,
    ) -> Role:
        context, create = info.context, info.root_value.access.create_role
        return Role.of(await create(context.actor, context.client, name, description, inherits or ()))

    @strawberry.mutation(
        permission_classes=[administrators("roles:write")],
        description=(
            "Change what is given of a role; it acts at once for everybody who has it. NOT_FOUND; CONFLICT for a "
            "built-in role, and one that would inherit itself through others."
        ),
    )
    async def update_role(
        self,
        info: Info,
        name: NameArgument,
        description: DescriptionArgument = strawberry.UNSET,
        inherits: InheritsArgument = None,
    ) -> Role:
        changes = RoleChanges(
            description=None if description is strawberry.UNSET else description,
            describes=description is not strawberry.UNSET,
            inherits=None if inherits is None else tuple(inherits),
        )
        context, update = info.context, info.root_value.access.update_role
        return Role.of(await update(context.actor, context.client, name, changes))

    @strawberry.mutation(
        permission_classes=[administrators("roles:write")],
        description=(
            "Delete a role that nobody has; gives what it was. NOT_FOUND; CONFLICT for a built-in role, and for one in "
            "use: `extensions` say by how many `users`, `keys`, `roles`, `permissions` and `fileRules`."
        ),
    )
    async def delete_role(self, info: Info, name: NameArgument) -> Role:
        context, delete = info.context, info.root_value.access.delete_role
        return Role.of(await delete(context.actor, context.client, name))
