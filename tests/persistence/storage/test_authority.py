"""What callers may do with files, in the transaction that does it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text

from domain.actor import ANYBODY, Actor
from domain.client import UNKNOWN_CLIENT
from domain.errors import ForbiddenError, NotFoundError
from domain.storage.authority import refuse_to_add, require, require_written
from domain.storage.changing_buckets import DeleteBucket
from domain.storage.errors import BucketNotEmptyError
from domain.storage.reach import Action
from tests.persistence.storage.kept import ANN, BOB, OTHER, SHELF, keeping_shelves

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from tests.persistence.storage.kept import Kept

ADMIN = Actor("admin")
OWNER = Actor("user", {"x-user-id": str(ANN)}, ANN)
USER = Actor("user", {"x-user-id": str(BOB)}, BOB)
WAITING = """SELECT EXISTS (SELECT FROM pg_stat_activity, pg_sleep(0.01)
    WHERE datname = current_database() AND wait_event_type = 'Lock')"""
INSERT = """INSERT INTO selfgraph.files (id, bucket_id, path, object_key, size, content_type, etag, status)
    VALUES ($1::uuid, $2, $3, $1::uuid::text, 1, 'text/plain', '"e"', 'ready')"""


@pytest.fixture
async def kept(migrated_database: str, tmp_path: Path) -> AsyncGenerator[Kept]:
    async with keeping_shelves(migrated_database, tmp_path) as kept:
        yield kept


async def new_file(kept: Kept, path: str, bucket: UUID = SHELF) -> UUID:
    file_id = uuid4()
    await kept.execute(INSERT, file_id, bucket, path)
    return file_id


async def let(kept: Kept, action: Action, rule: object, bucket: UUID | None = SHELF) -> None:
    """Let users do something."""
    await kept.execute(
        "INSERT INTO selfgraph.file_rules VALUES (gen_random_uuid(), $1, 'user', $2, $3)",
        bucket,
        action.value,
        json.dumps(rule),
    )


async def path_of(kept: Kept, file_id: UUID) -> str:
    async with kept.database.acquire() as connection:
        return str(await connection.fetchval("SELECT path FROM selfgraph.files WHERE id = $1", file_id))


@pytest.mark.parametrize("actor", [ADMIN, OWNER])
async def test_owners_and_admins_change_every_file(kept: Kept, actor: Actor) -> None:
    file_id = await new_file(kept, "a", OTHER)
    for action in Action:
        async with kept.open() as work:
            file, _ = await kept.authority.lock(work, actor, file_id, action)
            assert file.path == "a"


async def test_the_owner_of_one_bucket_is_nobody_in_another(kept: Kept) -> None:
    file_id = await new_file(kept, "a")
    async with kept.open() as work:
        with pytest.raises(NotFoundError):
            await kept.authority.lock(work, OWNER, file_id, Action.DELETE)
        with pytest.raises(NotFoundError):
            await kept.authority.enter(work, OWNER, "shelf")


async def test_a_file_that_is_read_and_not_changed_is_forbidden(kept: Kept) -> None:
    file_id = await new_file(kept, "a")
    await let(kept, Action.SELECT, {})
    await let(kept, Action.UPDATE, {"path": "b"})
    async with kept.open() as work:
        with pytest.raises(ForbiddenError):
            await kept.authority.lock(work, USER, file_id, Action.UPDATE)
        with pytest.raises(ForbiddenError):
            await kept.authority.lock(work, USER, file_id, Action.DELETE)


async def test_a_file_that_is_changed_and_not_read_is_not_there(kept: Kept) -> None:
    file_id = await new_file(kept, "a")
    await let(kept, Action.DELETE, {})
    async with kept.open() as work:
        with pytest.raises(NotFoundError):
            await kept.authority.lock(work, USER, file_id, Action.DELETE)


async def test_a_public_bucket_gives_nothing_but_reading(kept: Kept) -> None:
    file_id = await new_file(kept, "a")
    await kept.execute("UPDATE selfgraph.buckets SET public = true")
    async with kept.open() as work:
        assert (await kept.authority.find(work, ANYBODY, file_id)).path == "a"
        for action in (Action.UPDATE, Action.DELETE):
            with pytest.raises(ForbiddenError):
                await kept.authority.lock(work, ANYBODY, file_id, action)
        bucket, rights = await kept.authority.enter(work, ANYBODY, "shelf")
        with pytest.raises(ForbiddenError):
            refuse_to_add(rights, bucket)


async def test_a_public_file_is_read_whatever_rules_ask_for(kept: Kept) -> None:
    file_id = await new_file(kept, "a")
    await kept.execute("UPDATE selfgraph.buckets SET public = true")
    await let(kept, Action.SELECT, {"owner_id": "X-Missing"})
    async with kept.open() as work:
        assert (await kept.authority.find(work, USER, file_id)).id == file_id
        assert (await kept.authority.find_at(work, USER, "shelf", "a")).id == file_id


@pytest.mark.parametrize("state", ["status = 'pending'", "status = 'deleting'", "deleted_at = now()"])
async def test_a_public_bucket_does_not_show_what_is_not_there(kept: Kept, state: str) -> None:
    file_id = await new_file(kept, "a")
    await kept.execute("UPDATE selfgraph.buckets SET public = true")
    async with kept.open() as work:
        file = await kept.authority.find(work, ADMIN, file_id)
    await kept.execute(f"UPDATE selfgraph.files SET {state}")
    async with kept.open() as work:
        with pytest.raises(NotFoundError):
            await kept.authority.find(work, ANYBODY, file_id)
        rights = await kept.authority.rights(work, USER, SHELF)
        assert file.id == file_id
        with pytest.raises((NotFoundError, ForbiddenError)):
            await require(work, rights, file, Action.DELETE)


async def move_away(kept: Kept, file_id: UUID) -> None:
    async with kept.open() as work:
        _, rights = await kept.authority.lock(work, USER, file_id, Action.UPDATE)
        await work.files._session.execute(text(f"UPDATE selfgraph.files SET path = '{ANN}/a'"))
        await require_written(work, rights, file_id, Action.UPDATE)


async def test_what_was_written_outside_of_the_rule_is_rolled_back(kept: Kept) -> None:
    file_id = await new_file(kept, f"{BOB}/a")
    await let(kept, Action.SELECT, {})
    await let(kept, Action.UPDATE, {"top_folder": "X-User-Id"})
    with pytest.raises(ForbiddenError):
        await move_away(kept, file_id)
    assert await path_of(kept, file_id) == f"{BOB}/a"


async def test_files_are_added_where_a_rule_lets_some_be(kept: Kept) -> None:
    await let(kept, Action.INSERT, {"top_folder": "X-User-Id"})
    inside, outside = await new_file(kept, f"{BOB}/a"), await new_file(kept, "a")
    async with kept.open() as work:
        bucket, rights = await kept.authority.enter(work, USER, "shelf")
        assert bucket.id == SHELF
        refuse_to_add(rights, bucket)
        await require_written(work, rights, inside, Action.INSERT)
        with pytest.raises(ForbiddenError):
            await require_written(work, rights, outside, Action.INSERT)


async def test_a_bucket_that_gets_a_file_while_it_is_deleted_is_not_empty(kept: Kept, migrated_database: str) -> None:
    adding = await asyncpg.connect(migrated_database)
    try:
        transaction = adding.transaction()
        await transaction.start()
        await adding.execute(INSERT, uuid4(), SHELF, "a")
        delete = DeleteBucket(kept.open, kept.authority)
        deleting = asyncio.create_task(delete(ADMIN, UNKNOWN_CLIENT, SHELF, force=False))
        async with asyncio.timeout(20), kept.database.acquire() as watching:
            while not await watching.fetchval(WAITING):
                pass
        await transaction.commit()
        with pytest.raises(BucketNotEmptyError) as caught:
            await deleting
        assert caught.value.files == 1
    finally:
        await adding.close()
