"""Keeps the keys of the settings SERVICE_KEY and ANON_KEY as rows beside the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, LiteralString

import asyncpg

from domain.access.keys import BuiltInKey
from domain.errors import ConflictError
from domain.identifiers import digest, new_id
from domain.roles import ANONYMOUS, SUPERADMIN

if TYPE_CHECKING:
    from persistence.database import Database

LOCK: Final = 5_318_460_970_237_745_311
"""The number of the advisory lock (a random one) that processes which start at once wait for."""

# Fewer than of other keys: a setting may hold something shorter and less random.
_SHOWN: Final = 4
_ROLES: Final = {BuiltInKey.SERVICE: SUPERADMIN, BuiltInKey.ANON: ANONYMOUS}

# The rows of other values go first: the two settings may have been swapped.
_REMOVE: Final[LiteralString] = """
DELETE FROM selfgraph.api_keys
WHERE built_in IS NOT NULL AND (built_in, key_hash) NOT IN (SELECT * FROM unnest($1::text[], $2::bytea[]))
"""
_ADD: Final[LiteralString] = """
INSERT INTO selfgraph.api_keys (id, name, prefix, key_hash, role, built_in)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::text[])
ON CONFLICT (built_in) DO NOTHING
"""


async def keep_built_in_keys(database: Database, service_key: str, anon_key: str) -> None:
    """Make the two keys good, and those that the settings held before useless. Doing it again changes nothing.

    Raises:
        ConflictError: the two are one, or one of them is an API key that was made here.
        SelfgraphError: the database cannot do it now.
    """
    if service_key == anon_key:
        raise ConflictError("SERVICE_KEY and ANON_KEY are the same; everybody who has one would have the other.")
    keys = {BuiltInKey.SERVICE: service_key, BuiltInKey.ANON: anon_key}
    hashes = [digest(text) for text in keys.values()]
    async with database.acquire() as connection:
        try:
            async with connection.transaction():
                # ON CONFLICT sees to one constraint; rows that another process adds meanwhile violate any of three.
                await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
                await connection.execute(_REMOVE, list(keys), hashes)
                await connection.execute(
                    _ADD,
                    [new_id() for _ in keys],
                    [key.setting for key in keys],
                    [text[:_SHOWN] for text in keys.values()],
                    hashes,
                    [_ROLES[key] for key in keys],
                    list(keys),
                )
        except asyncpg.UniqueViolationError as error:
            raise ConflictError("SERVICE_KEY or ANON_KEY has the value of an API key that was made here.") from error
