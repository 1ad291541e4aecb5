"""A served installation with buckets, files that have no bytes, rules, and people who ask for them."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.identifiers import new_id
from tests.graph.accounts.serving import serving_accounts
from tests.graph.administration.people import People

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.graph.accounts.serving import Accounts

CREATE = "mutation($input: CreateBucketInput!) { createBucket(input: $input) { id name } }"
UPDATE = """mutation($id: ID!, $input: UpdateBucketInput!) { updateBucket(id: $id, input: $input) {
    name description public ownerId maxFileSize allowedTypes quota usedBytes } }"""
DELETE = "mutation($id: ID!, $force: Boolean! = false) { deleteBucket(id: $id, force: $force) { name } }"
EMPTY = "mutation($id: ID!) { emptyBucket(id: $id) }"
SET_RULE = "mutation($input: SetFileRuleInput!) { setFileRule(input: $input) { id bucket role action rule } }"
DROP_RULE = """mutation($bucket: String, $role: String!, $action: FileAction!) {
    dropFileRule(bucket: $bucket, role: $role, action: $action) { bucket role action rule } }"""
RULES = "query($bucket: String, $role: String) { fileRules(bucket: $bucket, role: $role) { nodes { bucket role action rule } } }"
FILES = """query($bucket: String!, $prefix: String! = "", $folder: String, $where: FileFilter, $orderBy: FileOrder,
    $first: Int) { files(bucket: $bucket, prefix: $prefix, folder: $folder, where: $where, orderBy: $orderBy,
    first: $first) { nodes { path } } }"""
FILE = "query($bucket: String!, $path: String!) { file(bucket: $bucket, path: $path) { id path } }"
CREATE_ROLE = "mutation($name: String!, $inherits: [String!]) { createRole(name: $name, inherits: $inherits) { name } }"


@dataclass
class Shelves(People):
    """People, and buckets with files that are rows only."""

    async def bucket(self, name: str = "shelf", **given: Any) -> str:
        """The id of a new bucket."""
        made = await self.data(None, CREATE, {"input": {"name": name, **given}})
        return str(made["id"])

    async def file(self, bucket_id: str, path: str, **given: Any) -> str:
        """The id of a new file that is ready."""
        file_id = new_id()
        await self.accounts.execute(
            """INSERT INTO selfgraph.files (id, bucket_id, path, object_key, size, content_type, etag, owner_id, status,
                metadata, created_at, deleted_at)
            VALUES ($1, $2, $3, $4, $5, $6, '"e"', $7, $8, $9, coalesce($10, now()), $11)""",
            file_id, bucket_id, path, file_id.hex, given.get("size", 1), given.get("content_type", "text/plain"),
            given.get("owner_id"), given.get("status", "ready"), json.dumps(given.get("metadata", {})),
            given.get("created_at"), given.get("deleted_at"),
        )  # fmt: skip
        return str(file_id)

    async def rule(self, rule: dict[str, Any], bucket: str | None = "shelf", role: str = "user", **given: Any) -> None:
        """Let a role do something, list files unless told."""
        action = given.get("action", "SELECT")
        given_rule = {"bucket": bucket, "role": role, "action": action, "rule": rule}
        await self.data(None, SET_RULE, {"input": given_rule})

    async def role(self, name: str, *inherits: str) -> None:
        """A new role."""
        await self.data(None, CREATE_ROLE, {"name": name, "inherits": list(inherits)})

    async def paths(self, person: Any, bucket: str = "shelf", **given: Any) -> list[str]:
        """The paths of the files that a person lists."""
        found = await self.data(person, FILES, {"bucket": bucket, **given})
        return [node["path"] for node in found["nodes"]]

    async def kept(self) -> list[tuple[object, ...]]:
        """What is stored of buckets, files and rules, and the jobs."""
        query = """
            SELECT 'bucket', to_jsonb(b)::text FROM selfgraph.buckets b
            UNION ALL SELECT 'file', to_jsonb(f)::text FROM selfgraph.files f
            UNION ALL SELECT 'rule', to_jsonb(r)::text FROM selfgraph.file_rules r
            UNION ALL SELECT 'event', to_jsonb(e)::text FROM selfgraph.audit_events e WHERE action ~ '^(bucket|file)'
            UNION ALL SELECT 'job', args::text FROM selfgraph.procrastinate_jobs WHERE task_name = 'remove_bucket'
            ORDER BY 1, 2
        """
        async with self.accounts.database.acquire() as connection:
            return [tuple(row) for row in await connection.fetch(query)]

    async def anonymous(self, query: str, variables: dict[str, Any] | None = None) -> Any:
        """The one field of an answer to somebody without a token."""
        return await self.accounts.data(query, variables)

    async def anonymous_code(self, query: str, variables: dict[str, Any] | None = None) -> str:
        """The code of the refusal of somebody without a token."""
        return str((await self.accounts.refusal(query, variables))["code"])


@asynccontextmanager
async def serving_shelves(url: str) -> AsyncGenerator[Shelves]:
    """A new installation, whose people and buckets are made as a test asks for them."""
    async with serving_accounts(url, rate_limit_login="off") as accounts:
        yield Shelves(accounts)


def statements_on(accounts: Accounts, table: str) -> list[str]:
    """What the last call has sent about a table."""
    return [each for each in accounts.statements if f"selfgraph.{table}" in each]
