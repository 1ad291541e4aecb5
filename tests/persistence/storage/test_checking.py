"""Comparing rows and objects, and mending what is found."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from domain.identifiers import new_id
from domain.storage.checking import CheckStorage, Fault
from domain.storage.inventory import named_objects
from domain.storage.mending import MendStorage
from domain.storage.objects import Expected, new_object_key
from domain.storage.removing import PurgeFiles
from tests.persistence.storage.kept import Kept, keeping, pieces

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from domain.storage.checking import Finding

HOUR = timedelta(hours=1)
NOW = timedelta(0)
KEY = "SELECT object_key FROM selfgraph.files WHERE id = $1::text::uuid"
DERIVED = """
INSERT INTO selfgraph.derived_objects (file_id, version, transform, object_key, size, content_type, etag)
VALUES ($1::text::uuid, 1, 'w=16', $2, $3, 'image/png', '""')
"""


@pytest.fixture
async def kept(any_migrated_database: str, tmp_path: Path) -> AsyncGenerator[Kept]:
    async with keeping(any_migrated_database, tmp_path / "data" / "objects") as opened:
        await opened.bucket()
        yield opened


async def check(kept: Kept, *, grace: timedelta = NOW, deep: bool = False) -> list[Finding]:
    checking = CheckStorage(kept.open, kept.objects, grace=grace)
    return [finding async for finding in checking(deep=deep, passed=lambda _: None)]


async def faults(kept: Kept, *, grace: timedelta = NOW, deep: bool = False) -> list[Fault]:
    return [finding.fault for finding in await check(kept, grace=grace, deep=deep)]


async def mend(kept: Kept, *, forget_missing: bool = False) -> list[bool]:
    mending = MendStorage(kept.open, kept.objects, forget_missing=forget_missing)
    mended = [await mending(finding) for finding in await check(kept)]
    await PurgeFiles(kept.open, kept.objects)()
    return mended


async def orphan(kept: Kept) -> str:
    key = new_object_key()
    await kept.objects.write(key, pieces(b"nobody's"), Expected())
    return key


async def test_what_is_as_it_should_be_is_not_told_of(kept: Kept) -> None:
    for number in range(5):
        await kept.file(f"{number}.txt")
    deleted = await kept.file("deleted.txt")
    await kept.execute("UPDATE selfgraph.files SET deleted_at = now() WHERE id = $1::text::uuid", deleted)
    await kept.pending("on-its-way.txt")
    await kept.pending("arrived.txt", body=b"hello")

    assert await check(kept, deep=True) == []


async def test_the_number_of_what_was_compared_is_told(kept: Kept) -> None:
    """Of what is counted beforehand, so that a command never tells of more than all."""
    file = await kept.file("a.txt")
    await kept.execute(DERIVED, file, new_object_key(), 8)
    await kept.pending("b.txt", body=b"hello")
    await kept.execute("UPDATE selfgraph.files SET status = 'deleting' WHERE id::text = $1", await kept.file("c.txt"))
    for _ in range(3):
        await orphan(kept)
    passed: list[int] = []

    async for _ in CheckStorage(kept.open, kept.objects, grace=NOW)(deep=False, passed=passed.append):
        pass

    async with kept.open() as work:
        assert sum(passed) == (await work.inventory.total()).objects == 2


async def test_objects_of_no_row_are_found_and_removed(kept: Kept) -> None:
    file = await kept.file("a.txt")
    keys = [await orphan(kept) for _ in range(3)]

    assert [finding.key for finding in await check(kept)] == keys
    assert await mend(kept) == [True] * 3
    assert await check(kept) == []
    assert await kept.body(file) == b"hello"


async def test_young_objects_are_left_alone(kept: Kept) -> None:
    await orphan(kept)

    assert await check(kept, grace=HOUR) == []


async def test_missing_bytes_are_told_and_the_file_stays(kept: Kept) -> None:
    file = await kept.file("a.txt")
    await kept.objects.remove(await kept.value(KEY, file))

    (finding,) = await check(kept)

    assert (finding.fault, finding.named and finding.named.path) == (Fault.MISSING, "a.txt")
    assert await mend(kept) == [False]
    assert await kept.paths() == ["a.txt"]
    assert await faults(kept) == [Fault.MISSING]


async def test_missing_bytes_are_forgotten_where_that_is_asked_for_and_the_trail_tells(kept: Kept) -> None:
    file = await kept.file("a.txt")
    await kept.file("b.txt")
    await kept.objects.remove(await kept.value(KEY, file))

    assert await mend(kept, forget_missing=True) == [True]

    assert await kept.paths() == ["b.txt"]
    assert await check(kept) == []
    told = await kept.value(
        "SELECT target || (details->>'path') FROM selfgraph.audit_events WHERE action = 'file.forget'"
    )
    assert told == f"file:{file}a.txt"


async def test_deleted_files_need_their_bytes_too(kept: Kept) -> None:
    file = await kept.file("a.txt")
    await kept.execute("UPDATE selfgraph.files SET deleted_at = now()")
    await kept.objects.remove(await kept.value(KEY, file))

    assert await faults(kept) == [Fault.MISSING]


async def test_another_size_is_damage_that_nothing_mends(kept: Kept) -> None:
    file = await kept.file("a.txt")
    key = await kept.value(KEY, file)
    await kept.objects.remove(key)
    await kept.objects.write(key, pieces(b"hell"), Expected())

    assert await faults(kept) == [Fault.DAMAGED]
    assert await mend(kept, forget_missing=True) == [False]
    assert await kept.paths() == ["a.txt"]


async def test_other_bytes_of_the_same_size_are_found_by_reading_them(kept: Kept) -> None:
    file = await kept.file("a.txt")
    key = await kept.value(KEY, file)
    await kept.objects.remove(key)
    await kept.objects.write(key, pieces(b"Hello"), Expected())

    assert await faults(kept) == []
    assert await faults(kept, deep=True) == [Fault.DAMAGED]


async def test_expired_uploads_are_stuck_and_end(kept: Kept) -> None:
    await kept.pending("nothing.txt", seconds=-1)
    await kept.pending("arrived.txt", body=b"hello", seconds=-1)

    assert await faults(kept, grace=HOUR) == []
    assert await faults(kept) == [Fault.STUCK] * 2
    assert await mend(kept) == [True] * 2
    assert await check(kept) == []
    assert (await kept.keys(), await kept.used()) == ([], 0)


async def test_removals_that_do_not_end_are_stuck_and_end(kept: Kept) -> None:
    await kept.file("a.txt")
    await kept.execute("UPDATE selfgraph.files SET status = 'deleting', updated_at = now()")

    assert await faults(kept, grace=HOUR) == []
    assert await faults(kept) == [Fault.STUCK]
    assert await mend(kept) == [True]
    assert await check(kept) == []
    assert await kept.keys() == []


async def test_what_was_made_of_a_file_is_forgotten_if_it_is_missing(kept: Kept) -> None:
    file = await kept.file("a.png")
    there, missing = await orphan(kept), new_object_key()
    await kept.execute(DERIVED, file, there, 8)
    await kept.execute(DERIVED.replace("w=16", "w=32"), file, missing, 8)

    assert await faults(kept) == [Fault.DERIVED]
    assert await mend(kept) == [True]
    assert await check(kept) == []
    assert await kept.value("SELECT array_agg(object_key) FROM selfgraph.derived_objects") == [there]


async def test_wrong_counts_are_found_and_counted_anew(kept: Kept) -> None:
    await kept.bucket("other")
    await kept.file("a.txt")
    await kept.execute("UPDATE selfgraph.buckets SET used_bytes = 7")

    findings = await check(kept)

    assert [(each.fault, each.miscount and each.miscount.bucket) for each in findings] == [
        (Fault.MISCOUNTED, "box"),
        (Fault.MISCOUNTED, "other"),
    ]
    assert await mend(kept) == [True] * 2
    assert (await kept.used("box"), await kept.used("other")) == (5, 0)


async def test_a_count_that_would_exceed_the_quota_is_left_to_people(kept: Kept) -> None:
    await kept.file("a.txt")
    await kept.execute("UPDATE selfgraph.buckets SET used_bytes = 1, quota = 4")

    assert await mend(kept) == [False]


async def test_rows_come_page_by_page_in_the_order_of_their_keys(kept: Kept) -> None:
    file = ""
    for number in range(7):
        file = await kept.file(f"{number}.png")
    for number in range(4):
        await kept.execute(DERIVED.replace("w=16", f"w={number}"), file, new_object_key(), 8)

    keys = [named.key async for named in named_objects(kept.open, page=3)]

    assert len(keys) == 11
    assert keys == sorted(keys)


async def test_a_row_that_comes_while_objects_are_listed_is_no_finding(kept: Kept) -> None:
    await kept.file("a.txt")
    checking = CheckStorage(kept.open, kept.objects, grace=NOW)
    findings = checking(deep=False, passed=lambda _: None)
    first = await orphan(kept)

    # The rows are read; of what comes now only the objects are seen.
    assert (await anext(findings)).key == first
    for number in range(3):
        await kept.file(f"{number}.txt")

    assert [finding async for finding in findings] == []


async def test_the_moment_of_an_object_decides_whether_it_is_young(kept: Kept) -> None:
    key = await orphan(kept)
    path = await kept.objects.local_file(key)
    assert path is not None
    old = (datetime.now(UTC) - 2 * HOUR).timestamp()
    os.utime(path, (old, old))

    assert [finding.key for finding in await check(kept, grace=HOUR)] == [key]


async def test_all_objects_of_rows_are_counted(kept: Kept) -> None:
    file = await kept.file("a.png")
    await kept.execute(DERIVED, file, new_object_key(), 8)
    await kept.pending(f"{new_id()}.txt")

    async with kept.open() as work:
        total = await work.inventory.total()

    assert (total.objects, total.bytes) == (2, 13)
