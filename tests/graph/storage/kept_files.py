"""A served installation with people, buckets and files, the jobs that remove them, and what is stored of all."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph.wiring.objects import open_objects
from graph.wiring.storage_jobs import StorageJobs
from persistence.jobs.registry import JobRun
from persistence.storage.work import PostgresStorage
from persistence.transactions import Transactions
from tests.graph.accounts.serving import serving_accounts
from tests.graph.administration.people import People
from tests.graph.tables.serving import settings_for
from tests.persistence.storage.kept import Kept

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping
    from pathlib import Path

    from tests.graph.administration.people import Person

FIELDS = "id bucket path size contentType sha256 metadata version ownerId deletedAt"
MOVE = f"mutation($id: ID!, $path: String!, $bucket: String, $overwrite: Boolean = false, $ifVersion: Int) {{ moveFile(id: $id, path: $path, bucket: $bucket, overwrite: $overwrite, ifVersion: $ifVersion) {{ {FIELDS} }} }}"
COPY = MOVE.replace("moveFile", "copyFile")
UPDATE = f"mutation($id: ID!, $metadata: jsonb, $contentType: String, $ifVersion: Int) {{ updateFile(id: $id, metadata: $metadata, contentType: $contentType, ifVersion: $ifVersion) {{ {FIELDS} }} }}"
DELETE = f"mutation($id: ID!, $ifVersion: Int) {{ deleteFile(id: $id, ifVersion: $ifVersion) {{ {FIELDS} }} }}"
DELETE_MANY = "mutation($ids: [ID!]!) { deleteFiles(ids: $ids) { id path deletedAt } }"
DELETE_FOLDER = "mutation($bucket: String!, $path: String!) { deleteFolder(bucket: $bucket, path: $path) }"
RESTORE = f"mutation($id: ID!, $path: String) {{ restoreFile(id: $id, path: $path) {{ {FIELDS} }} }}"
DELETED = "query($bucket: String!) { deletedFiles(bucket: $bucket) { nodes { id path deletedAt } } }"


@dataclass
class KeptFiles(Kept):
    """A served installation; the service key makes everything, and people call by their own tokens."""

    people: People
    jobs: StorageJobs

    async def run_jobs(self) -> None:
        """Do what is enqueued about files, as a worker does, and take it off."""
        todo = {
            "remove_objects": self.jobs.remove_objects,
            "purge_files": self.jobs.purge_files,
            "remove_bucket": self.jobs.remove_bucket,
            "empty_bucket": self.jobs.empty_bucket,
        }
        async with self.database.acquire() as connection:
            rows = await connection.fetch(
                "DELETE FROM selfgraph.procrastinate_jobs WHERE task_name = ANY ($1) RETURNING id, task_name, args",
                list(todo),
            )
        for row in rows:
            await todo[row["task_name"]](JobRun(row["id"], 1, _json(row["args"])))

    async def data(self, person: Person | None, query: str, **variables: Any) -> Any:
        """The one field of an answer to a person, or to the service key."""
        return await self.people.data(person, query, variables)

    async def code(self, person: Person | None, query: str, **variables: Any) -> str | None:
        """The code of the refusal, or None."""
        return await self.people.code(person, query, variables)

    async def trail(self) -> list[tuple[str, Any]]:
        """The actions of the trail about files, with their details."""
        async with self.database.acquire() as connection:
            rows = await connection.fetch(
                "SELECT action, details::text FROM selfgraph.audit_events WHERE action ~ '^(file|folder)' ORDER BY at, id"
            )
        return [(row["action"], _json(row["details"])) for row in rows]


@asynccontextmanager
async def serving_files(url: str, folder: Path, **given: Any) -> AsyncGenerator[KeptFiles]:
    """Migrate the database and serve it, with the objects in a folder of the test's own."""
    given = {"rate_limit_login": "off", "data_dir": folder / "data", **given}
    settings = settings_for(url, **given)
    async with serving_accounts(url, **given) as accounts, open_objects(settings) as objects:
        open_storage = PostgresStorage(Transactions(accounts.database), accounts.file_events)
        yield KeptFiles(accounts.database, objects, open_storage, People(accounts), StorageJobs(settings, open_storage))


def _json(value: Any) -> Mapping[str, Any]:
    parsed: Mapping[str, Any] = json.loads(value) if isinstance(value, str) else value
    return parsed
