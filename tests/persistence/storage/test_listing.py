"""Files and folders of a bucket on real PostgreSQL, held against Python's own sorting."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from domain.actor import Actor
from domain.conditions import EVERYTHING, AllOf, AnyOf, Comparator, Comparison, Negation
from domain.errors import InvalidInputError
from domain.storage.listing_files import FOLDERS_BY_NAME, FileField, FileQuery, ListFiles, ListFolders, order_of
from tests.graph.tables.serving import filled_database
from tests.persistence.storage.kept import ANN, SHELF, copy_of, keeping, keeping_shelves

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator
    from pathlib import Path

    from domain.conditions import Condition
    from domain.paging import SortKey
    from persistence.embedded import EmbeddedServer
    from tests.persistence.storage.kept import Kept

ADMIN = Actor("admin")
START = datetime(2026, 1, 1, tzinfo=UTC)
ORDERS = [
    None,
    *(
        field.key(descending=descending)
        for field in (FileField.PATH, FileField.SIZE, FileField.CREATED_AT, FileField.UPDATED_AT)
        for descending in (False, True)
    ),
]
PARTS = ["a", "b", "a-b", "a.b", "a0", "ä", "z\uffee", "z\U0001f600", "B"]


@dataclass(frozen=True)
class Row:
    """A file as it was put in."""

    id: UUID
    path: str
    size: int
    created_at: datetime
    updated_at: datetime


def rows(count: int) -> list[Row]:
    """Files at different paths; sizes and times are few, so that many are equal."""
    dice = random.Random(7)  # noqa: S311 - the same files each time
    paths = {"/".join(dice.choices(PARTS, k=dice.randint(1, 4))) for _ in range(count)}
    return [
        Row(
            id=UUID(int=dice.getrandbits(128)),
            path=path,
            size=dice.choice([0, 1, 5 * 1024**4]),
            created_at=START + dice.randint(0, 2) * timedelta(microseconds=1),
            updated_at=START + dice.randint(0, 2) * timedelta(days=1),
        )
        for path in sorted(paths)
    ]


ROWS = rows(120)


@pytest.fixture(scope="module")
def filled(embedded_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The URL of a database with the files, of which each test has a copy: filling one takes seconds."""
    with filled_database(embedded_server.url, partial(fill, folder=tmp_path_factory.mktemp("objects"))) as url:
        yield url


async def fill(url: str, folder: Path) -> None:
    async with keeping_shelves(url, folder) as kept:
        insert = """INSERT INTO selfgraph.files
            (id, bucket_id, path, object_key, size, content_type, etag, owner_id, status, created_at, updated_at, metadata)
            VALUES ($1::uuid, $2, $3, $1::uuid::text, $4, $5, '"e"', $6, 'ready', $7, $8, $9)"""
        for number, row in enumerate(ROWS):
            type_, owner = ("image/png", ANN) if number % 3 == 0 else ("text/plain", None)
            metadata = json.dumps({"n": number, "tags": [f"t{number % 2}"]})
            moments = (row.created_at, row.updated_at)
            await kept.execute(insert, row.id, SHELF, row.path, row.size, type_, owner, *moments, metadata)


@pytest.fixture
async def kept(filled: str, tmp_path: Path) -> AsyncGenerator[Kept]:
    async with copy_of(filled) as url, keeping(url, tmp_path) as kept:
        yield kept


def list_files(kept: Kept) -> ListFiles:
    return ListFiles(kept.open, kept.authority)


def sorted_by(key: SortKey | None) -> list[str]:
    """The paths in Python's order."""
    name = "path" if key is None else key.attribute

    def value(row: Row) -> tuple[Any, ...]:
        return (row.path.encode(),) if name == "path" else (getattr(row, name), row.id)

    return [row.path for row in sorted(ROWS, key=value, reverse=key is not None and key.descending)]


@pytest.mark.parametrize("key", ORDERS, ids=str)
async def test_every_order_goes_through_all_files_both_ways(kept: Kept, key: SortKey | None) -> None:
    order, query = order_of(key), FileQuery("shelf", "", EVERYTHING)
    forwards: list[str] = []
    after = None
    while True:
        page = await list_files(kept)(ADMIN, query, order, first=37, after=after)
        forwards += [file.path for file in page.rows]
        if not page.has_next:
            break
        after = order.cursor(page.rows[-1])
    assert forwards == sorted_by(key)
    backwards: list[str] = []
    before = None
    while True:
        page = await list_files(kept)(ADMIN, query, order, last=37, before=before)
        backwards = [*(file.path for file in page.rows), *backwards]
        if not page.has_previous:
            break
        before = order.cursor(page.rows[0])
    assert backwards == forwards


async def test_a_page_is_one_statement_about_files(kept: Kept) -> None:
    await list_files(kept)(ADMIN, FileQuery("shelf", "a", EVERYTHING), order_of(None), first=5)
    assert len(kept.statements) == 1


@pytest.mark.parametrize("start", ["a", "a/", "a/b", "ä/", "z\uffee", "z\U0001f600/a", "B", "nothing", "z"])
async def test_a_prefix_finds_the_paths_that_begin_so(kept: Kept, start: str) -> None:
    found = await list_files(kept)(ADMIN, FileQuery("shelf", start, EVERYTHING), order_of(None), first=100)
    assert [file.path for file in found.rows] == [path for path in sorted_by(None) if path.startswith(start)]


@pytest.mark.parametrize("folder", ["", "a", "a/", "a/b", "B", "nothing"])
async def test_the_files_right_in_a_folder_are_found(kept: Kept, folder: str) -> None:
    start = f"{folder.rstrip('/')}/" if folder else ""
    query = FileQuery("shelf", "", EVERYTHING, folder)
    found = await list_files(kept)(ADMIN, query, order_of(None), first=100)
    expected = [path for path in sorted_by(None) if path[: path.rfind("/") + 1] == start]
    assert [file.path for file in found.rows] == expected
    assert await list_files(kept).count(ADMIN, query) == len(expected)


PNG = Comparison(FileField.CONTENT_TYPE, Comparator.EQ, "image/png")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (EVERYTHING, lambda _n, _row: True),
        (PNG, lambda n, _row: n % 3 == 0),
        (Negation(PNG), lambda n, _row: n % 3 > 0),
        (Comparison(FileField.SIZE, Comparator.GT, 2**32), lambda _n, row: row.size > 2**32),
        (Comparison(FileField.SIZE, Comparator.IN, (0, 1)), lambda _n, row: row.size < 2),
        (Comparison(FileField.PATH, Comparator.LIKE, "%/a"), lambda _n, row: row.path.endswith("/a")),
        (Comparison(FileField.OWNER_ID, Comparator.EQ, ANN), lambda n, _row: n % 3 == 0),
        (Comparison(FileField.OWNER_ID, Comparator.NEQ, ANN), lambda _n, _row: False),
        (Comparison(FileField.METADATA, Comparator.CONTAINS, {"tags": ["t1"]}), lambda n, _row: n % 2 == 1),
        (Comparison(FileField.METADATA, Comparator.CONTAINS, {"n": 5}), lambda n, _row: n == 5),
        (Comparison(FileField.CREATED_AT, Comparator.LTE, START), lambda _n, row: row.created_at == START),
        (Comparison(FileField.VERSION, Comparator.GT, 1), lambda _n, _row: False),
        (Comparison(FileField.ID, Comparator.EQ, ROWS[3].id), lambda n, _row: n == 3),
        (AnyOf((PNG, Comparison(FileField.SIZE, Comparator.EQ, 0))), lambda n, row: n % 3 == 0 or row.size == 0),
        (AllOf((PNG, Comparison(FileField.SIZE, Comparator.EQ, 0))), lambda n, row: n % 3 == 0 and row.size == 0),
    ],
)
async def test_a_condition_finds_and_counts_the_files_that_fulfil_it(
    kept: Kept, condition: Condition, holds: Callable[[int, Row], bool]
) -> None:
    query = FileQuery("shelf", "", condition)
    expected = [row.path for number, row in enumerate(ROWS) if holds(number, row)]
    found = await list_files(kept)(ADMIN, query, order_of(None), first=100)
    assert [file.path for file in found.rows] == sorted(expected, key=str.encode)[:100]
    assert await list_files(kept).count(ADMIN, query) == len(expected)


@pytest.mark.parametrize(
    "condition",
    [
        Comparison(FileField.PATH, Comparator.EQ, "a\0b"),
        Comparison(FileField.PATH, Comparator.LIKE, "%\\"),
        Comparison(FileField.SIZE, Comparator.EQ, 2**63),
        Comparison(FileField.METADATA, Comparator.CONTAINS, {"a": "\0"}),
        AllOf((PNG,) * 101),
    ],
)
async def test_a_condition_that_postgresql_cannot_take_is_refused(kept: Kept, condition: Condition) -> None:
    with pytest.raises(InvalidInputError):
        await list_files(kept)(ADMIN, FileQuery("shelf", "", condition), order_of(None))


@pytest.mark.parametrize("state", ["pending", "deleting", "deleted"])
async def test_a_file_that_is_not_there_is_not_listed(kept: Kept, state: str) -> None:
    change = "deleted_at = now()" if state == "deleted" else f"status = '{state}'"
    await kept.execute(f"UPDATE selfgraph.files SET {change} WHERE id = $1", ROWS[0].id)
    query = FileQuery("shelf", "", EVERYTHING)
    assert await list_files(kept).count(ADMIN, query) == len(ROWS) - 1
    page = await list_files(kept)(ADMIN, query, order_of(None), first=100)
    assert ROWS[0].path not in {file.path for file in page.rows}


def folders_in(parent: str) -> list[str]:
    start = f"{parent}/" if parent else ""
    below = [row.path.removeprefix(start) for row in ROWS if row.path.startswith(start)]
    names = {path.split("/")[0] for path in below if "/" in path}
    return sorted(names, key=lambda name: f"{name}/".encode())


@pytest.mark.parametrize("parent", ["", *PARTS, "a/b", "a-b/a", "nothing", "a/"])
async def test_the_folders_of_a_folder_come_in_pages(kept: Kept, parent: str) -> None:
    listing = ListFolders(kept.open, kept.authority)
    names: list[str] = []
    after = None
    while True:
        page = await listing(ADMIN, "shelf", parent, first=2, after=after)
        names += [folder.name for folder in page.rows]
        if not page.has_next:
            break
        after = FOLDERS_BY_NAME.cursor(page.rows[-1])
    assert names == folders_in(parent.removesuffix("/"))


async def test_the_folders_of_a_folder_have_their_paths(kept: Kept) -> None:
    listing = ListFolders(kept.open, kept.authority)
    assert {folder.path for folder in (await listing(ADMIN, "shelf", "a", first=100)).rows} == {
        f"a/{name}" for name in folders_in("a")
    }


async def test_only_folders_are_told_of_that_hold_files_which_the_caller_lists(kept: Kept) -> None:
    await kept.execute(
        "INSERT INTO selfgraph.file_rules VALUES (gen_random_uuid(), $1, 'user', 'select', $2)",
        SHELF,
        '{"path": {"_like": "a%"}}',
    )
    listing = ListFolders(kept.open, kept.authority)
    found = await listing(Actor("user"), "shelf", "", first=100)
    assert [folder.name for folder in found.rows] == [name for name in folders_in("") if name.startswith("a")]
