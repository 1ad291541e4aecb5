"""The repositories over a migrated database, and users in it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.accounts.sessions import Session
from domain.accounts.users import User
from domain.identifiers import digest, new_id, new_secret
from persistence.accounts.work import PostgresAccounts
from persistence.credentials.encryption import Cipher
from persistence.credentials.successors import HmacSuccessors
from persistence.transactions import Transactions

if TYPE_CHECKING:
    from domain.accounts.sessions import Rotation
    from persistence.database import Database

SECRET = "s" * 32
GRACE = timedelta(seconds=10)
LIFETIME = timedelta(days=30)
PATIENCE = 30
HASH = "a hash"


@dataclass
class Kept:
    """A database with accounts in it."""

    database: Database
    open: PostgresAccounts

    async def add_user(self, email: str = "ann@example.com", password_hash: str | None = HASH, **given: Any) -> User:
        now = datetime.now(UTC)
        user = User(id=new_id(), email=email, created_at=now, updated_at=now, **given)
        async with self.open() as work:
            await work.users.add(user, password_hash)
        return user

    async def add_session(self, user: User, **given: Any) -> tuple[Session, str]:
        """A new session and its first refresh token."""
        now = datetime.now(UTC)
        times = {"created_at": now, "used_at": now, "expires_at": now + LIFETIME}
        session = Session(**{"id": new_id(), "user_id": user.id, **times, **given})
        token = new_secret()
        async with self.open() as work:
            await work.sessions.add(session, digest(token))
        return session, token

    async def rotate(self, token: str) -> Rotation:
        async with self.open() as work:
            return await work.sessions.rotate(digest(token), digest(after(token)), grace=GRACE, extend=LIFETIME)

    async def execute(self, statement: str, *values: object) -> None:
        async with self.database.acquire() as connection:
            await connection.execute(statement, *values)

    async def value(self, query: str, *values: object) -> Any:
        async with self.database.acquire() as connection:
            return await connection.fetchval(query, *values)

    async def wait_for_lock(self) -> None:
        """Wait until some statement of the database waits for a lock."""
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        async with asyncio.timeout(PATIENCE):
            while await self.value(query) == 0:  # noqa: ASYNC110 - the database has no event for it
                await asyncio.sleep(0)

    async def age(self, token: str, seconds: float) -> None:
        """Move the time a token was spent into the past."""
        await self.execute(
            "UPDATE selfgraph.refresh_tokens SET used_at = used_at - make_interval(secs => $2) WHERE token_hash = $1",
            digest(token),
            seconds,
        )


def after(token: str) -> str:
    """The successor of a refresh token."""
    return HmacSuccessors(SECRET).after(token)


@pytest.fixture
async def kept(migrated: Database) -> Kept:
    open_accounts = PostgresAccounts(Transactions(migrated), Cipher(SECRET, "mail"), Cipher(SECRET, "second_factor"))
    return Kept(migrated, open_accounts)
