"""Keeps the keys that sign access tokens in the database, so that every process signs and verifies with the same."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, LiteralString

from loguru import logger

from domain.errors import UnavailableError
from domain.identifiers import new_id
from persistence.credentials.encryption import Cipher, DecryptionError
from persistence.credentials.signing import PURPOSE, KeySet, SigningKey, generate, unseal
from persistence.credentials.tokens import LEEWAY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import asyncpg

    from domain.accounts.tokens import SigningAlgorithm
    from persistence.database import Database

_LOCK: Final = 7_046_029_254_386_353  # of pg_advisory_xact_lock; any number that nothing else here takes
_UNHEARD: Final = timedelta(minutes=1)
"""How long a process may go on signing with a key that another one has retired."""
_RENEW_SECONDS: Final = 3.0

_LOAD: Final[LiteralString] = """
SELECT kid, algorithm, secret, retired_at FROM selfgraph.signing_keys
WHERE retired_at IS NULL OR retired_at > now() - $1::interval ORDER BY created_at DESC, id DESC
"""
_LIST: Final[LiteralString] = """
SELECT kid, algorithm, secret, created_at, retired_at FROM selfgraph.signing_keys ORDER BY created_at DESC, id DESC
"""
_ADD: Final[LiteralString] = """
INSERT INTO selfgraph.signing_keys (id, kid, algorithm, secret, public_key) VALUES ($1, $2, $3, $4, $5)
"""
_RETIRE: Final[LiteralString] = "UPDATE selfgraph.signing_keys SET retired_at = now() WHERE retired_at IS NULL"
_FORGET: Final[LiteralString] = "DELETE FROM selfgraph.signing_keys WHERE retired_at < now() - $1::interval"
_FORGET_ALL: Final[LiteralString] = "DELETE FROM selfgraph.signing_keys"


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key as the operator sees it. `readable` is whether the SECRET_KEY of this process opens it."""

    kid: str
    algorithm: str
    created_at: datetime
    retired_at: datetime | None
    verifies_until: datetime | None
    readable: bool


class SigningKeyStore:
    """The table of signing keys.

    Args:
        database: where they are.
        secret: the SECRET_KEY, under which they are encrypted.
        lifetime: how long access tokens are good for, and so how long a retired key verifies.
    """

    def __init__(self, database: Database, secret: str, lifetime: timedelta) -> None:
        self._database = database
        self._cipher = Cipher(secret, PURPOSE)
        self._kept = lifetime + LEEWAY + _UNHEARD
        # By what is in the database: to open a large RSA key takes a tenth of a second, and none changes.
        self._opened: Mapping[bytes, SigningKey | None] = {}

    async def load(self, algorithm: SigningAlgorithm) -> KeySet:
        """The keys that matter; the newest of `algorithm` signs, and is made if there is none.

        Processes that start at once agree on one. A key that does not open is named in the log and passed over.

        Raises:
            UnavailableError: the database cannot be reached.
        """
        rows = await self._fetch()
        found = await self._choose(rows, algorithm)
        return found or await self._make(algorithm)

    async def rotate(self, algorithm: SigningAlgorithm, *, at_once: bool = False) -> str:
        """Make a new key that signs from now on, and retire all others; give its kid.

        Tokens of the others stay good until they expire, unless `at_once` drops those keys.

        Raises:
            UnavailableError: the database cannot be reached.
        """
        key = await asyncio.to_thread(generate, algorithm)
        async with self._database.acquire() as connection, connection.transaction():
            await self._lock(connection)
            if at_once:
                await connection.execute(_FORGET_ALL)
            else:
                await connection.execute(_FORGET, self._kept)
                await connection.execute(_RETIRE)
            await self._add(connection, key)
        return key.kid

    async def list(self) -> Sequence[ListedKey]:
        """Every key in the table, the newest first.

        Raises:
            UnavailableError: the database cannot be reached.
        """
        async with self._database.acquire() as connection, connection.transaction():
            await self._prepare(connection)
            rows = await connection.fetch(_LIST)
        await self._open(rows)
        return [
            ListedKey(
                row["kid"],
                row["algorithm"],
                row["created_at"],
                row["retired_at"],
                self._verifies_until(row),
                self._opened[row["secret"]] is not None,
            )
            for row in rows
        ]

    async def _make(self, algorithm: SigningAlgorithm) -> KeySet:
        # It is made before the lock is taken: a large RSA key takes its time.
        key = await asyncio.to_thread(generate, algorithm)
        async with self._database.acquire() as connection, connection.transaction():
            await self._lock(connection)
            rows = await connection.fetch(_LOAD, self._kept)
            if (found := await self._choose(rows, algorithm)) is not None:
                return found
            await self._add(connection, key)
        return KeySet.of(key, await self._open(rows))

    async def _fetch(self) -> Sequence[asyncpg.Record]:
        async with self._database.acquire() as connection, connection.transaction():
            await self._prepare(connection)
            return await connection.fetch(_LOAD, self._kept)

    async def _lock(self, connection: asyncpg.pool.PoolConnectionProxy) -> None:
        await self._prepare(connection)
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)

    async def _prepare(self, connection: asyncpg.pool.PoolConnectionProxy) -> None:
        if not self._database.options.prepared_statements:
            await connection.execute(self._database.options.opening())

    async def _add(self, connection: asyncpg.pool.PoolConnectionProxy, key: SigningKey) -> None:
        sealed = key.seal(self._cipher)
        await connection.execute(_ADD, new_id(), key.kid, key.algorithm.value, sealed, key.public_pem())

    async def _choose(self, rows: Sequence[asyncpg.Record], algorithm: SigningAlgorithm) -> KeySet | None:
        keys = await self._open(rows)
        active = next((key for key in keys if key.verifies_until is None and key.algorithm is algorithm), None)
        return None if active is None else KeySet.of(active, keys)

    async def _open(self, rows: Sequence[asyncpg.Record]) -> Sequence[SigningKey]:
        new = [row for row in rows if row["secret"] not in self._opened]
        known = {**self._opened, **(await asyncio.to_thread(self._unseal, new) if new else {})}
        self._opened = {row["secret"]: known[row["secret"]] for row in rows}
        return [
            replace(key, verifies_until=self._verifies_until(row))
            for row in rows
            if (key := self._opened[row["secret"]]) is not None
        ]

    def _unseal(self, rows: Sequence[asyncpg.Record]) -> dict[bytes, SigningKey | None]:
        return {row["secret"]: self._unseal_one(row) for row in rows}

    def _unseal_one(self, row: asyncpg.Record) -> SigningKey | None:
        try:
            return unseal(self._cipher, row["kid"], row["algorithm"], row["secret"])
        except DecryptionError:
            logger.warning("SECRET_KEY does not open the signing key {}; its tokens do not verify.", row["kid"])
            return None

    def _verifies_until(self, row: asyncpg.Record) -> datetime | None:
        retired_at: datetime | None = row["retired_at"]
        return None if retired_at is None else retired_at + self._kept


class SigningKeyRing:
    """The port `SigningKeys`: holds the keys that are in force, and reads them anew when it is told to."""

    def __init__(
        self, store: SigningKeyStore, algorithm: SigningAlgorithm, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._algorithm = algorithm
        self._clock = clock
        self._current: KeySet | None = None
        self._loading = asyncio.Lock()
        self._renewed_at = -_RENEW_SECONDS
        self._begun = 0
        self._loads = 0

    @property
    def current(self) -> KeySet:
        """The keys.

        Raises:
            UnavailableError: `reload` has not succeeded yet.
        """
        if self._current is None:
            raise UnavailableError("The signing keys could not be read yet; try again.")
        return self._current

    async def reload(self) -> None:
        """Read the keys anew. One reading at a time: nobody puts older keys over newer ones.

        Raises:
            UnavailableError: the database cannot be reached; the old keys stay.
        """
        async with self._loading:
            await self._load()

    async def renew(self) -> bool:
        """Read the keys anew, but only once in 3 seconds; whether any reading has ended since the call.

        How often `reload` reads does not count: a key may have been made since, and its notice be on its way.

        Raises:
            UnavailableError: the database cannot be reached; the old keys stay.
        """
        begun, loads = self._begun, self._loads
        async with self._loading:
            now = self._clock()
            if self._begun == begun and now - self._renewed_at >= _RENEW_SECONDS:
                self._renewed_at = now
                await self._load()
        return self._loads > loads

    def jwks(self) -> dict[str, Any]:
        """The public keys as a JWK set (RFC 7517).

        Raises:
            UnavailableError: `reload` has not succeeded yet.
        """
        return self.current.jwks(datetime.now(UTC))

    async def _load(self) -> None:
        self._begun += 1
        self._current = await self._store.load(self._algorithm)
        self._loads += 1
