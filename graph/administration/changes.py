"""Making, changing and deleting users, and acting as them."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Self, TypeAlias

import strawberry

from domain.administration.authority import Admin
from domain.administration.creating import NewUser
from domain.errors import InvalidInputError
from graph.accounts.results import SignedIn
from graph.accounts.types import User, read_id
from graph.permissions import administrators
from graph.scalars import Json
from graph.use_cases import Info

if TYPE_CHECKING:
    from domain.administration.deleting import Deletion

Id: TypeAlias = Annotated[strawberry.ID, strawberry.argument(description="The user.")]
_CLAIMS = (
    "Session variables of the table API: at most 50, names of a-z, 0-9 and -, values are texts, numbers, booleans or "
    "lists of them. A leading `x-` or `x-hasura-` of a name is dropped."
)


@strawberry.input(description="What a user is to be.")
class CreateUserInput:
    """What a user is to be."""

    email: str = strawberry.field(description="The address; one account has it.")
    password: str | None = strawberry.field(
        default=None, description="8 to 128 characters; null: a mail lets them set one."
    )
    name: str | None = strawberry.field(default=None, description="What they are called, at most 200 characters.")
    username: str | None = strawberry.field(default=None, description="Another name to sign in with.")
    phone: str | None = strawberry.field(default=None, description="In E.164, such as +41441234567.")
    bio: str | None = strawberry.field(default=None, description="About them, at most 2000 characters.")
    role: str = strawberry.field(default="user", description="user, admin or superadmin; at most the caller's own.")
    roles: list[str] | None = strawberry.field(default=None, description="Custom roles beside it, by name.")
    claims: Json | None = strawberry.field(default=None, description=_CLAIMS)
    email_verified: bool = strawberry.field(default=False, description="Whether the address is known to be theirs.")


@strawberry.input(description="What becomes different about a user; what is absent stays.")
class UpdateUserInput:
    """What becomes different about a user; what is absent stays."""

    email: str | None = strawberry.field(
        default=strawberry.UNSET, description="The address, at once; it is not verified then unless that is said."
    )
    name: str | None = strawberry.field(default=strawberry.UNSET, description="What they are called.")
    username: str | None = strawberry.field(default=strawberry.UNSET, description="Another name to sign in with.")
    phone: str | None = strawberry.field(default=strawberry.UNSET, description="In E.164, such as +41441234567.")
    bio: str | None = strawberry.field(default=strawberry.UNSET, description="About them.")
    claims: Json | None = strawberry.field(default=strawberry.UNSET, description=f"All of them. {_CLAIMS}")
    email_verified: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether the address is known to be theirs."
    )


@strawberry.type(description="What became of a user who was to be deleted.")
class DeletedUser:
    """What became of a user who was to be deleted."""

    id: strawberry.ID = strawberry.field(description="The user.")
    ok: bool = strawberry.field(description="Whether they are gone by this call.")
    code: str | None = strawberry.field(description="Why not: NOT_FOUND, FORBIDDEN or CONFLICT (the last superadmin).")
    message: str | None = strawberry.field(description="The same for people.")

    @classmethod
    def of(cls, deletion: Deletion) -> Self:
        """A result of the domain."""
        refusal = deletion.refusal
        return cls(
            id=strawberry.ID(str(deletion.user_id)),
            ok=refusal is None,
            code=refusal.code if refusal else None,
            message=refusal.message if refusal else None,
        )


@strawberry.type
class UsersMutation:
    """The slice's part of the mutation root."""

    @strawberry.mutation(
        permission_classes=[administrators("users:write")],
        description=(
            "Make a user; a mail lets them set a password, or verify the address. CONFLICT for a taken address or "
            "username; VALIDATION, with `reasons` for a weak password; FORBIDDEN for a role above the caller's own."
        ),
    )
    async def create_user(
        self,
        info: Info,
        input: Annotated[CreateUserInput, strawberry.argument(description="What they are to be.")],  # noqa: A002 - its name in GraphQL
    ) -> User:
        new = NewUser(
            email=input.email,
            password=input.password,
            name=input.name,
            username=input.username,
            phone=input.phone,
            bio=input.bio,
            role=input.role,
            roles=tuple(input.roles or ()),
            claims={} if input.claims is None else _read_json(input.claims),
            email_verified=input.email_verified,
        )
        return User.of(await info.root_value.administration.create_user(_admin(info), new))

    @strawberry.mutation(
        permission_classes=[administrators("users:write")],
        description=(
            "Change a user below the caller, or the caller, whose own address is for `updateMe`. A new one is told"
            " to the old one. NOT_FOUND, FORBIDDEN, VALIDATION; CONFLICT for a taken address or username."
        ),
    )
    async def update_user(
        self,
        info: Info,
        id: Id,  # noqa: A002 - its name in GraphQL
        input: Annotated[UpdateUserInput, strawberry.argument(description="What becomes different.")],  # noqa: A002 - its name in GraphQL
    ) -> User:
        given = {field.name: getattr(input, field.name) for field in fields(input)}
        changes = {name: value for name, value in given.items() if value is not strawberry.UNSET}
        if changes.get("claims") is not None:
            changes["claims"] = _read_json(changes["claims"])
        return User.of(await info.root_value.administration.update_user(_admin(info), read_id(id), changes))

    @strawberry.mutation(
        permission_classes=[administrators("users:write")],
        description=(
            "Let a user sign in, or keep them from it and end all their sessions. NOT_FOUND; FORBIDDEN for oneself "
            "and whoever is not below the caller; CONFLICT for the last active superadmin."
        ),
    )
    async def set_user_active(
        self,
        info: Info,
        id: Id,  # noqa: A002 - its name in GraphQL
        active: Annotated[bool, strawberry.argument(description="Whether they may sign in.")],
    ) -> User:
        set_active = info.root_value.administration.set_user_active
        return User.of(await set_active(_admin(info), read_id(id), active=active))

    @strawberry.mutation(
        permission_classes=[administrators("users:write")],
        description=(
            "Set the rung of a user, their custom roles, or both; it acts at once. NOT_FOUND, VALIDATION; FORBIDDEN "
            "for oneself, whoever is not below the caller, and a role above the caller's own; CONFLICT for the last "
            "active superadmin."
        ),
    )
    async def set_user_roles(
        self,
        info: Info,
        id: Id,  # noqa: A002 - its name in GraphQL
        role: Annotated[
            str | None, strawberry.argument(description="user, admin or superadmin; null: as it is.")
        ] = None,
        roles: Annotated[
            list[str] | None, strawberry.argument(description="All custom roles, by name; null: as they are.")
        ] = None,
    ) -> User:
        set_roles = info.root_value.administration.set_user_roles
        return User.of(await set_roles(_admin(info), read_id(id), role, roles))

    @strawberry.mutation(
        permission_classes=[administrators("users:write")],
        description=(
            "Delete users with everything that is theirs; a result for each id. Neither oneself nor the last active "
            "superadmin is deleted, nor whoever is not below the caller. VALIDATION for more than 100."
        ),
    )
    async def delete_users(
        self, info: Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 100.")]
    ) -> list[DeletedUser]:
        user_ids = [read_id(each, "ids") for each in ids]
        return [
            DeletedUser.of(each) for each in await info.root_value.administration.delete_users(_admin(info), user_ids)
        ]

    @strawberry.mutation(
        permission_classes=[administrators("users:write")],
        description=(
            "Sign in as a user below the caller, for 15 minutes; the trail names the caller. NOT_FOUND; FORBIDDEN for "
            "API keys, for oneself, in an impersonation, and for whoever is not below; CONFLICT for inactive users."
        ),
    )
    async def impersonate(self, info: Info, user_id: Id) -> SignedIn:
        return SignedIn.of(await info.root_value.administration.impersonate(_admin(info), read_id(user_id, "userId")))


def _admin(info: Info) -> Admin:
    return Admin(info.context.actor, info.context.client)


def _read_json(text: object) -> object:
    try:
        return json.loads(str(text))
    except (ValueError, RecursionError):
        raise InvalidInputError("This is no JSON that can be kept.", ("claims",)) from None
