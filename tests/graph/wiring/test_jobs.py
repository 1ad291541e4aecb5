from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg

from graph.wiring.database import database_options
from graph.wiring.jobs import _sweep
from persistence.database import Database
from tests.graph.tables.serving import settings_for

if TYPE_CHECKING:
    from uuid import UUID

SESSION = """
WITH added AS (
    INSERT INTO selfgraph.users (id, email) VALUES (gen_random_uuid(), gen_random_uuid() || '@example.com') RETURNING id
)
INSERT INTO selfgraph.sessions (id, user_id, user_agent, ip, expires_at)
SELECT gen_random_uuid(), id, '', '', now() + $1::text::interval FROM added RETURNING id
"""
OTHERS = """
INSERT INTO selfgraph.one_time_tokens (token_hash, purpose, expires_at)
VALUES ('old', 'verify_email', now() - interval '1 s'), ('new', 'verify_email', now() + interval '1 day');
INSERT INTO selfgraph.sign_in_attempts (identifier, address, last_at)
VALUES ('old', '', now() - interval '1 year'), ('new', '', now());
"""


async def test_the_sweep_deletes_what_is_over_and_nothing_else(migrated_database: str) -> None:
    settings = settings_for(migrated_database)
    database = await Database.connect(database_options(settings, migrated_database))
    operator = await asyncpg.connect(migrated_database)
    try:
        await operator.execute(OTHERS)
        old: UUID = await operator.fetchval(SESSION, "-31 days")
        kept: list[UUID] = [await operator.fetchval(SESSION, each) for each in ("-29 days", "1 day")]
        await _sweep(settings, database)
        left = {row["id"] for row in await operator.fetch("SELECT id FROM selfgraph.sessions")}
        assert (old in left, left) == (False, set(kept))
        for table, column in (("one_time_tokens", "token_hash"), ("sign_in_attempts", "identifier")):
            assert [bytes(row[0]) for row in await operator.fetch(f"SELECT {column} FROM selfgraph.{table}")] == [
                b"new"
            ]
    finally:
        await operator.close()
        await database.close()
