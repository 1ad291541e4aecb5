"""Rows of users as entities of the domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, Text, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from domain.accounts.users import User as UserEntity
from persistence.models import User, UserRole

if TYPE_CHECKING:
    from sqlalchemy import Row

_ROLES: Final = func.array(
    select(UserRole.role).where(UserRole.user_id == User.id).order_by(UserRole.role).correlate(User).scalar_subquery(),
    type_=ARRAY(Text),
)

USER_COLUMNS: Final = (
    User.id,
    User.email,
    User.username,
    User.phone,
    User.name,
    User.bio,
    User.role,
    _ROLES.label("roles"),
    User.active,
    User.email_verified_at,
    User.password_hash.is_not(None).label("has_password"),
    User.claims,
    User.created_at,
    User.updated_at,
    User.last_seen_at,
)
"""What `user_of` needs of a row."""


def select_users() -> Select[*tuple[Any, ...]]:
    """A query for whole users."""
    return select(*USER_COLUMNS)


def user_of(row: Row[*tuple[Any, ...]]) -> UserEntity:
    """The user of a row that has `USER_COLUMNS`; other columns are left out."""
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it  # pyright: ignore[reportPrivateUsage]
    return UserEntity(
        id=values["id"],
        email=values["email"],
        username=values["username"],
        phone=values["phone"],
        name=values["name"],
        bio=values["bio"],
        role=values["role"],
        roles=tuple(values["roles"]),
        active=values["active"],
        email_verified_at=values["email_verified_at"],
        has_password=values["has_password"],
        claims=values["claims"],
        created_at=values["created_at"],
        updated_at=values["updated_at"],
        last_seen_at=values["last_seen_at"],
    )
