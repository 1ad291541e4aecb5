"""Reads one user in one statement, outside of a transaction."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, LiteralString

from domain.accounts.just_read import take
from domain.accounts.users import User

if TYPE_CHECKING:
    from uuid import UUID

    import asyncpg

    from persistence.database import Database

PROFILE: Final[LiteralString] = """
    u.id, u.email, u.username, u.phone, u.name, u.bio, u.role, u.active, u.email_verified_at, u.claims::text AS claims,
    u.created_at, u.updated_at, u.last_seen_at, u.password_hash IS NOT NULL AS has_password,
    ARRAY(SELECT r.role FROM selfgraph.user_roles r WHERE r.user_id = u.id ORDER BY r.role) AS roles
"""
"""What `profile_of` needs of a row `u` of users."""
_QUERY: Final[LiteralString] = f"SELECT {PROFILE} FROM selfgraph.users u WHERE u.id = $1"  # noqa: S608 - a constant
_FIELDS: Final = tuple(each.name for each in fields(User))


class PostgresProfiles:
    """The port `Profiles` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, user_id: UUID) -> User | None:
        """The user, or None; read unless the authentication of this request has just done it."""
        if (known := take(user_id)) is not None:
            return known
        row = await self._database.fetch_row(_QUERY, (user_id,))
        return None if row is None else profile_of(row)


def profile_of(row: asyncpg.Record) -> User:
    """The user of a row that has `PROFILE`; other columns are left out."""
    values: dict[str, Any] = {name: row[name] for name in _FIELDS}
    values |= {"claims": json.loads(row["claims"]), "roles": tuple(row["roles"])}
    return User(**values)
