"""One transaction on buckets and files."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from persistence.audit import PostgresAuditTrail
from persistence.storage.bucket_changes import PostgresBucketChanges
from persistence.storage.bucket_directory import PostgresBucketDirectory
from persistence.storage.buckets import PostgresBuckets
from persistence.storage.changes import PostgresFileChanges
from persistence.storage.file_directory import PostgresFileDirectory
from persistence.storage.files import PostgresFiles
from persistence.storage.inventory import PostgresInventory
from persistence.storage.removals import PostgresRemovals
from persistence.storage.rule_changes import PostgresRuleChanges
from persistence.storage.rules import PostgresRules
from persistence.storage.uploads import PostgresUploads

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.storage.events import FileEvent, FileEvents
    from persistence.transactions import Transactions


class PostgresStorage:
    """The port `OpenStorage` on PostgreSQL."""

    def __init__(self, transactions: Transactions, events: FileEvents | None = None) -> None:
        """`events` hears of what is committed; None: nobody does."""
        self._transactions = transactions
        self._events = events

    @asynccontextmanager
    async def __call__(self) -> AsyncGenerator[PostgresStorageWork]:
        """Begin a transaction; the block's end commits it, an exception rolls it back."""
        async with self._transactions.begin() as session:
            work = PostgresStorageWork(session)
            yield work
        if self._events is not None:
            for event in work.events.told:
                self._events.tell(event)


class HeldEvents:
    """The port `FileEvents` within a transaction: `told` is what is to be heard of once it is committed."""

    def __init__(self) -> None:
        self.told: list[FileEvent] = []

    def tell(self, event: FileEvent) -> None:
        """Hold it back."""
        self.told.append(event)


class PostgresStorageWork:
    """The port `StorageWork` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self.buckets = PostgresBuckets(session)
        self.files = PostgresFiles(session)
        self.bucket_directory = PostgresBucketDirectory(session)
        self.bucket_changes = PostgresBucketChanges(session)
        self.file_directory = PostgresFileDirectory(session)
        self.rule_changes = PostgresRuleChanges(session)
        self.uploads = PostgresUploads(session)
        self.rules = PostgresRules(session)
        self.changes = PostgresFileChanges(session)
        self.removals = PostgresRemovals(session)
        self.inventory = PostgresInventory(session)
        self.audit = PostgresAuditTrail(session)
        self.events = HeldEvents()
