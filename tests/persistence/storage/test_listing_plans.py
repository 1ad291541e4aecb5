"""A page of a bucket with many files reads an index no further than the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from domain.actor import Actor
from domain.conditions import EVERYTHING
from domain.storage.listing_files import FileField, FileQuery, ListFiles, ListFolders, order_of
from domain.storage.restoring import LAST_DELETED, ListDeleted
from tests.graph.tables.serving import filled_database
from tests.persistence.storage.kept import ANN, BOB, OTHER, SHELF, keeping, keeping_shelves

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Iterator
    from pathlib import Path

    from domain.paging import Page, SortKey
    from domain.storage.files import File
    from persistence.embedded import EmbeddedServer
    from tests.persistence.storage.kept import Kept

COUNT = 200_000
MOST_BLOCKS = 200
"""Blocks of 8 KiB that a page may read; all files of the bucket have 6000 or more."""
# Nine of ten are in one folder; each thousandth is Ann's, in a folder of that name.
FILES = f"""
INSERT INTO selfgraph.files
    (id, bucket_id, path, object_key, size, content_type, etag, owner_id, status, created_at, updated_at)
SELECT gen_random_uuid(), '{SHELF}',
    CASE WHEN n % 1000 = 0 THEN '{ANN}/f' || n
         WHEN n % 10 = 0 THEN 'folder' || n % 997 || '/inner/f' || n
         ELSE 'folder/f' || n END,
    n, n::bigint * 7919 % {COUNT}, CASE WHEN n % 3 = 0 THEN 'image/png' ELSE 'text/plain' END, '"e"',
    CASE WHEN n % 1000 = 0 THEN '{ANN}'::uuid END, 'ready',
    now() - n::bigint * 31 % {COUNT} * interval '1 second', now() - n::bigint * 17 % {COUNT} * interval '1 second'
FROM generate_series(1, {COUNT}) n
"""
NEVER = datetime.min.replace(tzinfo=UTC)
DELETED = 20_000
# Nine of ten are in another bucket, and were deleted later than all of this one.
DELETED_FILES = f"""
INSERT INTO selfgraph.files (id, bucket_id, path, object_key, size, content_type, etag, status, deleted_at)
SELECT gen_random_uuid(), CASE WHEN n % 10 = 0 THEN '{SHELF}'::uuid ELSE '{OTHER}' END, 'deleted', 'deleted' || n, 1,
    CASE WHEN n % 3 = 0 THEN 'image/png' ELSE 'text/plain' END, '"e"', 'ready',
    now() - (n / 50 + CASE WHEN n % 10 = 0 THEN {DELETED} ELSE 0 END) * interval '1 second'
FROM generate_series(1, {DELETED}) n
"""
RULES = {
    "images": '{"content_type": {"_like": "image/%"}}',
    "owners": '{"owner_id": "X-User-Id"}',
    "folders": '{"top_folder": "X-User-Id"}',
}
SESSION = {"x-user-id": str(ANN)}
CALLERS = {"admin": Actor("admin"), **{role: Actor(role, SESSION, BOB) for role in RULES}}
KEYS = [
    None,
    *(
        field.key(descending=descending)
        for field in (FileField.PATH, FileField.SIZE, FileField.CREATED_AT, FileField.UPDATED_AT)
        for descending in (False, True)
    ),
]


@pytest.fixture(scope="module")
def large(embedded_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The URL of a database with a large bucket; tests only read it."""
    with filled_database(embedded_server.url, partial(fill, folder=tmp_path_factory.mktemp("objects"))) as url:
        yield url


async def fill(url: str, folder: Path) -> None:
    async with keeping_shelves(url, folder):
        pass
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(FILES)
        await connection.execute(DELETED_FILES)
        for role, rule in RULES.items():
            await connection.execute("INSERT INTO selfgraph.roles (name) VALUES ($1)", role)
            for action in ("select", "delete"):
                values = (SHELF, role, action, rule)
                await connection.execute(
                    "INSERT INTO selfgraph.file_rules VALUES (gen_random_uuid(), $1, $2, $3, $4)", *values
                )
        # Enough for every row to be in the sample: a plan then does not depend on which rows were looked at.
        await connection.execute("SET default_statistics_target = 1000")
        await connection.execute("VACUUM ANALYZE selfgraph.files")
    finally:
        await connection.close()


@pytest.fixture
async def kept(large: str, tmp_path: Path) -> AsyncGenerator[Kept]:
    async with keeping(large, tmp_path) as kept:
        yield kept


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


async def assert_read_by_index(kept: Kept, most: int = MOST_BLOCKS) -> None:
    """The last statement reads files by indexes alone, and few blocks."""
    plan = await kept.plan()
    scans = {node["Node Type"] for node in nodes(plan) if node.get("Relation Name") == "files"}
    assert scans <= {"Index Scan", "Index Only Scan", "Bitmap Heap Scan"}, plan
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] <= most, plan


@pytest.mark.parametrize("prefix", ["", "folder/", "folder5/"])
@pytest.mark.parametrize("key", KEYS, ids=str)
async def test_the_first_page_and_the_next_read_an_index(kept: Kept, key: SortKey | None, prefix: str) -> None:
    list_files, order = ListFiles(kept.open, kept.authority), order_of(key)
    query = FileQuery("shelf", prefix, EVERYTHING)
    page = await list_files(CALLERS["admin"], query, order, first=10)
    assert len(page.rows) == 10
    await assert_read_by_index(kept)
    await list_files(CALLERS["admin"], query, order, first=10, after=order.cursor(page.rows[-1]))
    await assert_read_by_index(kept)


@pytest.mark.parametrize(("folder", "count"), [("folder", 10), ("folder5/inner", 10), ("folder5", 0)])
async def test_files_right_in_a_folder_are_read_by_an_index(kept: Kept, folder: str, count: int) -> None:
    list_files = ListFiles(kept.open, kept.authority)
    query = FileQuery("shelf", "", EVERYTHING, folder)
    page = await list_files(CALLERS["admin"], query, order_of(None), first=10)
    assert len(page.rows) == count
    await assert_read_by_index(kept)


@pytest.mark.parametrize("role", ["admin", "images"])
async def test_pages_of_deleted_files_read_an_index(kept: Kept, role: str) -> None:
    list_deleted = ListDeleted(kept.open, kept.authority, retention=timedelta(days=7))
    pages: list[Page[File]] = []
    for _ in range(3):
        after = LAST_DELETED.cursor(pages[-1].rows[-1]) if pages else None
        pages.append(await list_deleted(CALLERS[role], "shelf", first=10, after=after))
        await assert_read_by_index(kept)
    keys = [(file.deleted_at or NEVER, file.id) for page in pages for file in page.rows]
    assert len(keys) == 30
    assert keys == sorted(keys, reverse=True)


@pytest.mark.parametrize("role", RULES)
@pytest.mark.parametrize("key", KEYS, ids=str)
async def test_a_page_within_a_rule_reads_an_index(kept: Kept, key: SortKey | None, role: str) -> None:
    list_files = ListFiles(kept.open, kept.authority)
    page = await list_files(CALLERS[role], FileQuery("shelf", "", EVERYTHING), order_of(key), first=10)
    assert len(page.rows) == 10
    # Of a rule's few files each is read before they are sorted; they are in as many blocks.
    await assert_read_by_index(kept, 1000)


@pytest.mark.parametrize(("parent", "count"), [("", 100), ("folder", 0), ("folder5", 1)])
async def test_folders_are_found_without_reading_what_is_in_them(kept: Kept, parent: str, count: int) -> None:
    list_folders = ListFolders(kept.open, kept.authority)
    page = await list_folders(CALLERS["admin"], "shelf", parent, first=100)
    assert len(page.rows) == count
    await assert_read_by_index(kept, 1000)
