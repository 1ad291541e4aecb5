"""Buckets that are emptied some files at a time, and what happens to them meanwhile."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from domain.actor import ANYBODY, Actor
from domain.client import UNKNOWN_CLIENT
from domain.errors import ForbiddenError, NotFoundError
from domain.storage.changing import MoveFile, Target
from domain.storage.deleting import DeleteFiles
from domain.storage.emptying import EmptyBucket, EmptyRest
from domain.storage.files import ReadyBytes
from domain.storage.removing import PurgeFiles
from domain.storage.restoring import RestoreFile
from tests.persistence.storage.kept import SHELF, Kept, keeping_shelves

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

ADMIN = Actor("admin")
AT_ONCE = 3
PATHS = [f"{number}.txt" for number in range(8)]
JOBS = "SELECT COALESCE(jsonb_agg(args ORDER BY id), '[]')::text FROM selfgraph.procrastinate_jobs WHERE task_name = $1"


@pytest.fixture
async def kept(migrated_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Kept]:
    monkeypatch.setattr("domain.storage.emptying.AT_ONCE", AT_ONCE)
    async with keeping_shelves(migrated_database, tmp_path) as kept:
        yield kept


async def fill(kept: Kept) -> list[str]:
    """The ids of eight files."""
    return [await kept.file(path, bucket="shelf") for path in PATHS]


async def empty(kept: Kept, actor: Actor = ADMIN, *, restorable: bool = True) -> int:
    return await EmptyBucket(kept.open, kept.authority, restorable=restorable)(actor, UNKNOWN_CLIENT, SHELF)


async def jobs(kept: Kept, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await kept.json(JOBS, name)
    return found


async def do_the_job(kept: Kept, *, restorable: bool = True) -> int:
    """What a worker does with the only job there is."""
    (arguments,) = await jobs(kept, "empty_bucket")
    rest = EmptyRest(kept.open, restorable=restorable)
    return await rest(UUID(arguments["bucket_id"]), datetime.fromisoformat(arguments["until"]))


async def test_a_call_deletes_so_many_and_a_job_the_rest(kept: Kept) -> None:
    await fill(kept)

    assert await empty(kept) == len(PATHS)
    assert len(await kept.paths("shelf")) == len(PATHS) - AT_ONCE
    assert await kept.used("shelf") == 5 * (len(PATHS) - AT_ONCE)

    assert await do_the_job(kept) == len(PATHS) - AT_ONCE
    assert (await kept.paths("shelf"), await kept.used("shelf")) == ([], 0)
    assert await do_the_job(kept) == 0


@pytest.mark.parametrize("count", [0, 1, AT_ONCE])
async def test_a_small_bucket_is_empty_at_once(kept: Kept, count: int) -> None:
    for path in PATHS[:count]:
        await kept.file(path, bucket="shelf")

    assert await empty(kept) == count
    assert await kept.paths("shelf") == []
    assert (await jobs(kept, "empty_bucket"), await jobs(kept, "purge_files")) == ([], [])


async def test_a_call_that_fails_deletes_nothing_and_begins_no_job(kept: Kept) -> None:
    await fill(kept)
    await kept.execute("ALTER TABLE selfgraph.audit_events ADD CHECK (action <> 'bucket.empty') NOT VALID")

    with pytest.raises(Exception, match="rule of its table"):
        await empty(kept)

    assert await kept.paths("shelf") == PATHS
    assert await jobs(kept, "empty_bucket") == []


async def test_no_statement_of_the_job_touches_more_than_so_many_files(kept: Kept) -> None:
    await fill(kept)
    await empty(kept)
    await kept.execute("CREATE TABLE public.touched (files bigint)")
    await kept.execute("""
        CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO public.touched SELECT count(*) FROM changed; RETURN NULL; END $$""")
    await kept.execute("""
        CREATE TRIGGER note AFTER UPDATE ON selfgraph.files REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION public.note()""")

    await do_the_job(kept)

    assert await kept.json("SELECT jsonb_agg(files)::text FROM public.touched WHERE files > 0") == [3, 2]


async def test_what_is_added_or_changed_after_the_call_stays(kept: Kept) -> None:
    restored, *_ = await fill(kept)
    under_way = await kept.pending("late.txt", bucket="shelf")
    await DeleteFiles(kept.open, kept.authority, restorable=True).one(ADMIN, UUID(restored))
    await empty(kept)
    last = max(await kept.paths("shelf"))
    moved = UUID(await kept.value("SELECT id::text FROM selfgraph.files WHERE path = $1", last))

    await kept.file("new.txt", bucket="shelf")
    async with kept.open() as work:
        await work.uploads.make_ready(UUID(under_way), ReadyBytes("late", 5, bytes(32), "text/plain"))
    await RestoreFile(kept.open, kept.authority, retention=timedelta(1))(ADMIN, UUID(restored), "restored.txt")
    await MoveFile(kept.open, kept.authority, restorable=True)(ADMIN, moved, Target("moved.txt"))
    await do_the_job(kept)

    assert await kept.paths("shelf") == ["late.txt", "moved.txt", "new.txt", "restored.txt"]


async def test_deleted_files_can_be_restored(kept: Kept) -> None:
    ids = await fill(kept)
    await empty(kept)
    await do_the_job(kept)

    restore = RestoreFile(kept.open, kept.authority, retention=timedelta(1))
    for each in ids:
        await restore(ADMIN, UUID(each))

    assert await kept.paths("shelf") == PATHS


@pytest.mark.parametrize("count", [AT_ONCE, len(PATHS)])
async def test_what_cannot_be_restored_goes_by_a_job_at_once(kept: Kept, count: int) -> None:
    for path in PATHS[:count]:
        await kept.file(path, bucket="shelf")

    await empty(kept, restorable=False)
    if count > AT_ONCE:
        await do_the_job(kept, restorable=False)

    assert await kept.json("SELECT jsonb_agg(DISTINCT status)::text FROM selfgraph.files") == ["deleting"]
    assert await jobs(kept, "purge_files") == [{}]
    assert await PurgeFiles(kept.open, kept.objects)() == count
    assert await kept.keys() == []


async def test_two_who_empty_it_at_once_delete_every_file_once(kept: Kept) -> None:
    await fill(kept)
    until = await kept.value("SELECT now()")

    counts = await asyncio.gather(*(EmptyRest(kept.open, restorable=True)(SHELF, until) for _ in range(2)))

    assert (sum(counts), await kept.paths("shelf")) == (len(PATHS), [])


async def test_the_job_of_a_bucket_that_is_gone_does_nothing(kept: Kept) -> None:
    assert await EmptyRest(kept.open, restorable=False)(UUID(int=99), await kept.value("SELECT now()")) == 0


async def test_a_call_reads_no_more_of_a_bucket_of_which_nothing_is_known_than_it_deletes(kept: Kept) -> None:
    await kept.execute("ALTER TABLE selfgraph.files SET (autovacuum_enabled = false)")
    await kept.execute(
        """INSERT INTO selfgraph.files (id, bucket_id, path, object_key, size, content_type, etag, status)
        SELECT gen_random_uuid(), $1, n::text, gen_random_uuid()::text, 1, 'text/plain', '"e"', 'ready'
        FROM generate_series(1, 5000) AS n""",
        SHELF,
    )
    async with kept.open() as work:
        await work.bucket_changes.empty(SHELF, await work.bucket_changes.now(), 100, restorable=True)

    for plan in [await kept.plan(number) for number in (-2, -1)]:
        assert "Seq Scan" not in str(plan)
        # Of each of the hundred, the pages that lead to it.
        assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] <= 100 * 5, plan


async def test_who_may_not_empty_it_deletes_nothing(kept: Kept) -> None:
    await fill(kept)
    with pytest.raises(NotFoundError):
        await empty(kept, ANYBODY)
    await kept.execute("UPDATE selfgraph.buckets SET public = true")
    with pytest.raises(ForbiddenError):
        await empty(kept, ANYBODY)

    assert await kept.paths("shelf") == PATHS
