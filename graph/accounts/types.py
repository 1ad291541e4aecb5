"""Users and sessions as clients see them."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from domain.accounts import users as entities
from domain.errors import InvalidInputError
from graph.scalars import Json
from graph.use_cases import Info


@strawberry.type(description="A person with an account.")
class User:
    """A person with an account."""

    entity: strawberry.Private[entities.User]
    id: strawberry.ID = strawberry.field(description="UUIDv7.")
    email: str = strawberry.field(description="The address, case-folded; one account has it.")
    username: str | None = strawberry.field(
        description="Another name to sign in with, case-folded; one account has it."
    )
    phone: str | None = strawberry.field(description="The phone number in E.164, such as +41441234567.")
    name: str | None = strawberry.field(description="What they are called.")
    bio: str | None = strawberry.field(description="What they say about themselves.")
    role: str = strawberry.field(description="The rung of the ladder: user, admin or superadmin.")
    roles: list[str] = strawberry.field(description="The custom roles beside it, by name.")
    active: bool = strawberry.field(description="Whether they may sign in.")
    email_verified_at: datetime | None = strawberry.field(
        description="When the address was last proven to be theirs, UTC (ISO 8601)."
    )
    created_at: datetime = strawberry.field(description="When the account was made, UTC (ISO 8601).")
    updated_at: datetime = strawberry.field(description="When the account last changed, UTC (ISO 8601).")
    last_seen_at: datetime | None = strawberry.field(
        description="When they last signed in or renewed a session, UTC (ISO 8601)."
    )

    @strawberry.field(
        description="The session variables that admins have given them. Only admins see them: null for anybody else."
    )
    def claims(self, info: Info) -> Json | None:
        return Json(dict(self.entity.claims)) if info.context.actor.is_administrator else None

    @classmethod
    def of(cls, entity: entities.User) -> Self:
        """A user of the domain."""
        return cls(
            entity=entity,
            id=strawberry.ID(str(entity.id)),
            email=entity.email,
            username=entity.username,
            phone=entity.phone,
            name=entity.name,
            bio=entity.bio,
            role=entity.role,
            roles=list(entity.roles),
            active=entity.active,
            email_verified_at=entity.email_verified_at,
            created_at=entity.created_at,
            updated_at=entity.updated_at,
            last_seen_at=entity.last_seen_at,
        )


def read_id(text: str, path: str = "id") -> UUID:
    """The id that a client names.

    Raises:
        InvalidInputError: it is no UUID.
    """
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInputError("This is not an id: a UUID is expected.", (path,)) from None
