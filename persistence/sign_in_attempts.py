"""Keeps the attempts to sign in; each act is one statement, so that attempts made side by side all count."""

from __future__ import annotations

import hashlib
import hmac
import math
from typing import TYPE_CHECKING, Final, LiteralString

from domain.accounts.lockout import DEFAULT_POLICY
from domain.client import network_of
from domain.errors import RateLimitedError

if TYPE_CHECKING:
    from domain.accounts.lockout import LockoutPolicy
    from persistence.database import Database

# Attempts on the same pair wait for each other at its row; the one that comes too late changes nothing and is told
# how long to wait. What it reads may be older than what it waited for: then it is told to wait a second.
_BEGIN: Final[LiteralString] = """
WITH counted AS (
    INSERT INTO selfgraph.sign_in_attempts AS kept (identifier, address, failures, locked_until, last_at)
    VALUES ($1::bytea, $2::text, 1, NULL, clock_timestamp())
    ON CONFLICT (identifier, address) DO UPDATE SET
        failures = CASE WHEN kept.last_at < now() - $5::interval THEN 1 ELSE kept.failures + 1 END,
        locked_until = CASE WHEN kept.last_at >= now() - $5::interval AND kept.failures + 1 >= $3::int
            THEN clock_timestamp() + least(interval '1 second' * 2 ^ least(kept.failures + 1, 30), $4::interval) END,
        last_at = clock_timestamp()
    WHERE kept.locked_until IS NULL OR kept.locked_until <= now()
    RETURNING 0::float8 AS wait
)
SELECT wait FROM counted
UNION ALL
SELECT extract(epoch FROM locked_until - clock_timestamp())::float8 FROM selfgraph.sign_in_attempts
WHERE identifier = $1::bytea AND address = $2::text AND NOT EXISTS (SELECT FROM counted)
"""

_SUCCEED: Final[LiteralString] = (
    "DELETE FROM selfgraph.sign_in_attempts WHERE identifier = $1::bytea AND address = $2::text"
)

_LIFT: Final[LiteralString] = "DELETE FROM selfgraph.sign_in_attempts WHERE identifier = $1::bytea"

_SWEEP: Final[LiteralString] = """
WITH swept AS (
    DELETE FROM selfgraph.sign_in_attempts WHERE last_at < now() - $1::interval RETURNING 1
)
SELECT count(*) FROM swept
"""


class PostgresSignInAttempts:
    """The port `SignInAttempts` on PostgreSQL, whose clock counts.

    Args:
        database: keeps them.
        secret: of 32 characters or more. What people give as their name is kept as a hash keyed with it: some type
            their password into that field.
        policy: how attempts are slowed down.
    """

    def __init__(self, database: Database, secret: str, policy: LockoutPolicy = DEFAULT_POLICY) -> None:
        self._database = database
        self._secret = secret.encode()
        self._policy = policy

    async def begin(self, identifier: str, address: str) -> None:
        """Count an attempt; see the port."""
        policy = self._policy
        row = await self._database.fetch_row(
            _BEGIN, (*self._pair(identifier, address), policy.free, policy.longest, policy.forgotten)
        )
        wait: float | None = None if row is None else row["wait"]
        if wait != 0:
            seconds = max(1, math.ceil(wait or 0))
            raise RateLimitedError(f"Too many attempts to sign in; try again in {seconds} s.", retry_after=seconds)

    async def succeed(self, identifier: str, address: str) -> None:
        """Forget the pair."""
        await self._database.fetch_row(_SUCCEED, self._pair(identifier, address))

    async def lift(self, identifier: str) -> None:
        """Forget the account."""
        await self._database.fetch_row(_LIFT, (self._name(identifier),))

    async def sweep(self) -> int:
        """Delete what is forgotten by now; how many pairs."""
        return int(await self._database.fetch_value(_SWEEP, (self._policy.forgotten,)))

    def _pair(self, identifier: str, address: str) -> tuple[bytes, str]:
        return self._name(identifier), network_of(address)

    def _name(self, identifier: str) -> bytes:
        normal = identifier.strip().casefold().encode(errors="surrogatepass")
        return hmac.digest(self._secret, b"sign-in-attempts:" + normal, hashlib.sha256)
