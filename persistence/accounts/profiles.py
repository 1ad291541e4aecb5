"""Reads one user in one statement, outside of a transaction."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, LiteralString

from domain.accounts.users import User

if TYPE_CHECKING:
    from uuid import UUID

    from persistence.database import Database

_QUERY: Final[LiteralString] = """
SELECT id, email, username, phone, name, bio, role, active, email_verified_at, claims, created_at, updated_at,
    last_seen_at, password_hash IS NOT NULL AS has_password,
    ARRAY(SELECT r.role FROM selfgraph.user_roles r WHERE r.user_id = u.id ORDER BY r.role) AS roles
FROM selfgraph.users u WHERE id = $1
"""


class PostgresProfiles:
    """The port `Profiles` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, user_id: UUID) -> User | None:
        """The user, or None."""
        row = await self._database.fetch_row(_QUERY, (user_id,))
        if row is None:
            return None
        values: dict[str, Any] = dict(row)
        values |= {"claims": json.loads(values["claims"]), "roles": tuple(values["roles"])}
        return User(**values)
