"""Roles and API keys as clients see them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

import strawberry

if TYPE_CHECKING:
    from domain.access import keys, roles
    from domain.access.changing_keys import ShownKey


@strawberry.type(description="A role: a name for rights. It has every right of the roles that it inherits.")
class Role:
    """A role: a name for rights. It has every right of the roles that it inherits."""

    name: str = strawberry.field(description="Its name.")
    description: str | None = strawberry.field(description="What it is for.")
    inherits: list[str] = strawberry.field(description="The roles that it inherits directly, by name.")
    built_in: bool = strawberry.field(description="Whether it comes with the server and cannot be changed.")
    created_at: datetime = strawberry.field(description="When it was made, UTC (ISO 8601).")

    @classmethod
    def of(cls, role: roles.Role) -> Self:
        """A role of the domain."""
        return cls(
            name=role.name,
            description=role.description,
            inherits=list(role.inherits),
            built_in=role.built_in,
            created_at=role.created_at,
        )


@strawberry.type(description="An API key, without its secret, of which only a hash is kept.")
class ApiKey:
    """An API key, without its secret, of which only a hash is kept."""

    id: strawberry.ID = strawberry.field(description="UUIDv7.")
    name: str = strawberry.field(description="What people call it; one key has it, for good.")
    prefix: str = strawberry.field(description="The first characters of the secret, to tell keys apart.")
    role: str = strawberry.field(description="The role that it acts in.")
    scopes: list[str] | None = strawberry.field(
        description="What it is restricted to, such as `users:read`; null: everything that its role may."
    )
    built_in: bool = strawberry.field(description="Whether it comes from a setting and is changed there only.")
    created_at: datetime = strawberry.field(description="When it was made, UTC (ISO 8601).")
    created_by_id: strawberry.ID | None = strawberry.field(
        description="The user who made it; null if that was a key, or the user is gone."
    )
    expires_at: datetime | None = strawberry.field(description="When it stops being good, UTC; null: never.")
    used_at: datetime | None = strawberry.field(description="When it was last shown, to the minute, UTC.")
    revoked_at: datetime | None = strawberry.field(description="When it was revoked, UTC; null: it is not.")

    @classmethod
    def of(cls, key: keys.ApiKey) -> Self:
        """A key of the domain."""
        return cls(
            id=strawberry.ID(str(key.id)),
            name=key.name,
            prefix=key.prefix,
            role=key.role,
            scopes=None if key.scopes is None else sorted(key.scopes),
            built_in=key.built_in is not None,
            created_at=key.created_at,
            created_by_id=None if key.created_by is None else strawberry.ID(str(key.created_by)),
            expires_at=key.expires_at,
            used_at=key.used_at,
            revoked_at=key.revoked_at,
        )


@strawberry.type(description="A key and its secret, which is told this once.")
class ApiKeyWithSecret:
    """A key and its secret, which is told this once."""

    key: ApiKey = strawberry.field(description="The key.")
    secret: str = strawberry.field(
        description="For the header `apikey` or `Authorization: Bearer`. Keep it: it cannot be read again."
    )

    @classmethod
    def of(cls, shown: ShownKey) -> Self:
        """A key that was just made or rotated."""
        return cls(key=ApiKey.of(shown.key), secret=shown.secret)
