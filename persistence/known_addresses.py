"""Knows from where people have signed in, by their sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, LiteralString

from domain.client import network_of

if TYPE_CHECKING:
    from persistence.database import Database

# The newest ones are enough: who had signed in from 200 other places since is as good as new.
_QUERY: Final[LiteralString] = """
SELECT array_agg(DISTINCT recent.ip) AS addresses
FROM (
    SELECT s.ip FROM selfgraph.sessions s JOIN selfgraph.users u ON u.id = s.user_id
    WHERE (u.email = $1::text OR u.username = $1::text) AND s.impersonator_id IS NULL
    ORDER BY s.created_at DESC LIMIT 200
) AS recent
"""


class PostgresKnownAddresses:
    """The port `KnownAddresses` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def knows(self, identifier: str, address: str) -> bool:
        """Whether the account with this email address or username has signed in from this network."""
        found = await self._database.fetch_value(_QUERY, (identifier.strip().casefold(),))
        return network_of(address) in {network_of(each) for each in found or ()}
