"""Reads what a session or a key may do now, in one statement each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, LiteralString

from domain.access.states import KeyState, SessionState
from domain.accounts.just_read import remember
from persistence.accounts.profiles import PROFILE, profile_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    import asyncpg

    from persistence.database import Database

# With the whole user: the request that brings a session in is often one that asks for it.
_SESSION: Final[LiteralString] = f"""
SELECT {PROFILE}, s.id AS session_id, s.expires_at, s.impersonator_id,
       ARRAY(WITH RECURSIVE owned AS (
                 SELECT r.role FROM selfgraph.user_roles r WHERE r.user_id = u.id
                 UNION
                 SELECT i.inherits FROM owned JOIN selfgraph.role_inheritance i USING (role)
             ) SELECT role FROM owned) AS owned_roles
FROM selfgraph.sessions s JOIN selfgraph.users u ON u.id = s.user_id
WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > now() AND u.active
  AND (s.impersonator_id IS NULL OR EXISTS (
      SELECT FROM selfgraph.users i
      WHERE i.id = s.impersonator_id AND i.active AND i.role IN ('admin', 'superadmin')))
"""  # noqa: S608 - a constant

_KEY: Final[LiteralString] = """
WITH found AS (
    SELECT k.id, k.role, k.scopes, k.expires_at, k.used_at,
           ARRAY(WITH RECURSIVE owned AS (
                     SELECT i.inherits FROM selfgraph.role_inheritance i WHERE i.role = k.role
                     UNION
                     SELECT i.inherits FROM owned JOIN selfgraph.role_inheritance i ON i.role = owned.inherits
                 ) SELECT inherits FROM owned) AS roles
    FROM selfgraph.api_keys k
    WHERE (k.key_hash = $1 OR k.id = $2) AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
), noted AS (
    UPDATE selfgraph.api_keys k SET used_at = now() FROM found
    WHERE $1 IS NOT NULL AND k.id = found.id AND coalesce(found.used_at < now() - interval '1 minute', true)
)
SELECT id, role, scopes, expires_at, roles FROM found
"""


class PostgresAccessReader:
    """The port `AccessReader` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_session(self, session_id: UUID) -> SessionState | None:
        """The session, if it is live and its user active."""
        row = await self._database.fetch_row(_SESSION, (session_id,))
        if row is None:
            return None
        user = profile_of(row)
        remember(user)
        return SessionState(
            session_id=row["session_id"],
            user_id=user.id,
            email=user.email,
            role=user.role,
            roles=frozenset(row["owned_roles"]),
            claims=_variables(user.claims),
            expires_at=row["expires_at"],
            impersonator_id=row["impersonator_id"],
        )

    async def find_key(self, key_hash: bytes) -> KeyState | None:
        """The key with this SHA-256, if it is good; notes once a minute that it is in use."""
        return _key(await self._database.fetch_row(_KEY, (key_hash, None)))

    async def find_key_by_id(self, key_id: UUID) -> KeyState | None:
        """The key, if it is good."""
        return _key(await self._database.fetch_row(_KEY, (None, key_id)))


def _key(row: asyncpg.Record | None) -> KeyState | None:
    if row is None:
        return None
    scopes = row["scopes"]
    return KeyState(
        key_id=row["id"],
        role=row["role"],
        roles=frozenset(row["roles"]),
        scopes=None if scopes is None else frozenset(scopes),
        expires_at=row["expires_at"],
    )


def _variables(claims: Mapping[str, object]) -> dict[str, str]:
    """Claims as session variables: text as it is, other values as JSON."""
    return {
        f"x-{name}": value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in claims.items()
    }
