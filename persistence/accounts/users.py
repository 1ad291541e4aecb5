"""Keeps users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, insert, select, update

from domain.errors import NotFoundError
from domain.roles import SUPERADMIN
from persistence.accounts.rows import USER_COLUMNS, select_users, user_of
from persistence.errors import domain_errors
from persistence.models import User

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.accounts.users import User as UserEntity

_CHANGEABLE: Final = frozenset(
    {"email", "username", "phone", "name", "bio", "role", "active", "email_verified_at", "claims", "last_seen_at"}
)


class PostgresUsers:
    """The port `UserRepository` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, user_id: UUID) -> UserEntity:
        """The user.

        Raises:
            NotFoundError: there is none.
        """
        return _existing(await self.find(user_id))

    async def find(self, user_id: UUID) -> UserEntity | None:
        """The user, or None."""
        return await self._find(User.id == user_id)

    async def find_by_email(self, email: str) -> UserEntity | None:
        """The user with this normal address, or None."""
        return await self._find(User.email == email)

    async def find_credentials(self, identifier: str) -> tuple[UserEntity, str | None] | None:
        """The user with this normal email or username and the hash of the password, or None."""
        name = User.email if "@" in identifier else User.username  # a username has no @
        query = select_users().add_columns(User.password_hash).where(name == identifier)
        row = (await self._session.execute(query)).one_or_none()
        return (user_of(row), row.password_hash) if row else None

    async def find_password(self, user_id: UUID) -> str | None:
        """The hash of the user's password, or None."""
        return await self._session.scalar(select(User.password_hash).where(User.id == user_id))

    async def lock(self, user_id: UUID, password_hash: str | None) -> UserEntity | None:
        """The user, locked until the transaction ends, if active and still with this hash; else None."""
        query = (
            select_users()
            .where(User.id == user_id, User.active, User.password_hash.is_not_distinct_from(password_hash))
            .with_for_update(key_share=True, of=User)
        )
        row = (await self._session.execute(query)).one_or_none()
        return user_of(row) if row else None

    async def add(self, user: UserEntity, password_hash: str | None) -> None:
        """Keep a new user, without custom roles.

        Raises:
            EmailTakenError: another account has the address.
            UsernameTakenError: another account has the username.
        """
        values = {
            "id": user.id,
            "email": user.email,
            "username": user.username,
            "phone": user.phone,
            "name": user.name,
            "bio": user.bio,
            "role": user.role,
            "active": user.active,
            "email_verified_at": user.email_verified_at,
            "claims": dict(user.claims),
            "created_at": user.created_at,
            "updated_at": user.updated_at,
            "password_hash": password_hash,
        }
        with domain_errors():
            await self._session.execute(insert(User).values(values))

    async def update(self, user_id: UUID, changes: Mapping[str, object]) -> UserEntity:
        """Set these fields of the user and the time of the update; custom roles are no field.

        Raises:
            NotFoundError: there is no such user.
            EmailTakenError: another account has the address.
            UsernameTakenError: another account has the username.
        """
        if unknown := changes.keys() - _CHANGEABLE:
            raise ValueError(f"no fields of a user that can be set: {', '.join(sorted(unknown))}")
        statement = (
            update(User)
            .where(User.id == user_id)
            .values({**changes, "updated_at": func.now()})
            .returning(*USER_COLUMNS)
            .execution_options(synchronize_session=False)
        )
        with domain_errors():
            row = (await self._session.execute(statement)).one_or_none()
        return _existing(user_of(row) if row else None)

    async def set_password(self, user_id: UUID, password_hash: str) -> None:
        """Replace the hash of the password."""
        statement = update(User).where(User.id == user_id).values(password_hash=password_hash)
        await self._session.execute(statement.execution_options(synchronize_session=False))

    async def remove(self, user_id: UUID) -> bool:
        """Delete the user with everything that is theirs; whether there was one."""
        statement = delete(User).where(User.id == user_id).returning(User.id)
        removed = await self._session.execute(statement.execution_options(synchronize_session=False))
        return removed.one_or_none() is not None

    async def lock_superadmins(self) -> frozenset[UUID]:
        """The active superadmins; none of them changes until the transaction ends, and nobody else reads them so."""
        # In one order, so that two callers wait for each other instead of for ever. Whoever waited for a row is given
        # it only if it is still a superadmin's.
        query = (
            select(User.id)
            .where(User.role == SUPERADMIN, User.active)
            .order_by(User.id)
            .with_for_update(key_share=True, of=User)
        )
        return frozenset((await self._session.scalars(query)).all())

    async def _find(self, condition: ColumnElement[bool]) -> UserEntity | None:
        row = (await self._session.execute(select_users().where(condition))).one_or_none()
        return user_of(row) if row else None


def _existing(user: UserEntity | None) -> UserEntity:
    if user is None:
        raise NotFoundError("There is no such user.")
    return user
