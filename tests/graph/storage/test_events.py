"""What is told of changes of files: once for each, after it is committed, and never of what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from domain.storage.events import FileEvent, FileEventKind
from domain.storage.lifecycle_ports import Place
from tests.graph.storage.kept_files import (
    COPY,
    DELETE,
    DELETE_FOLDER,
    DELETE_MANY,
    MOVE,
    RESTORE,
    UPDATE,
    KeptFiles,
    serving_files,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from domain.storage.events import Subscription

EMPTY = 'mutation { emptyBucket(name: "box") }'
DELETE_BUCKET = 'mutation { deleteBucket(name: "box", force: true) { name } }'
FAIL_AT_COMMIT = """
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
CREATE CONSTRAINT TRIGGER fail AFTER UPDATE ON selfgraph.files DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION fail();
"""


@pytest.fixture
async def files(migrated_database: str, tmp_path: Path) -> AsyncGenerator[KeptFiles]:
    async with serving_files(migrated_database, tmp_path) as served:
        await served.bucket()
        yield served


@pytest.fixture
async def heard(files: KeptFiles) -> AsyncGenerator[Subscription]:
    with files.people.accounts.file_events.subscribe() as subscription:
        yield subscription


def told(heard: Subscription) -> list[tuple[str, str | None, int | None]]:
    """What was told since the last call."""
    return [(event.kind.value, event.path, event.version) for event in heard.waiting()]


async def test_a_change_of_a_file_is_told_once(files: KeptFiles, heard: Subscription) -> None:
    file = await files.file("a.txt")
    copy = (await files.data(None, COPY, id=file, path="copy.txt"))["id"]
    assert told(heard) == [("ready", "copy.txt", 1)]
    await files.data(None, COPY, id=file, path="copy.txt", overwrite=True)
    assert told(heard) == [("overwritten", "copy.txt", 2)]
    await files.data(None, UPDATE, id=file, metadata={"a": 1})
    assert told(heard) == [("updated", "a.txt", 1)]
    await files.data(None, DELETE, id=file)
    assert told(heard) == [("deleted", "a.txt", 1)]
    await files.data(None, RESTORE, id=file, path="b.txt")
    assert told(heard) == [("restored", "b.txt", 1)]
    await files.data(None, DELETE_MANY, ids=[file, copy, file])
    assert told(heard) == [("deleted", "b.txt", 1), ("deleted", "copy.txt", 2)]


async def test_an_event_says_which_file_and_where_it_was(files: KeptFiles, heard: Subscription) -> None:
    file, other = await files.file("a.txt"), await files.file("there.txt")
    await files.bucket("other")
    ids: dict[str, UUID] = {}
    for name in ("box", "other"):
        ids[name] = await files.value("SELECT id FROM selfgraph.buckets WHERE name = $1", name)

    await files.data(None, MOVE, id=file, path="there.txt", overwrite=True)
    await files.data(None, MOVE, id=file, path="away.txt", bucket="other")

    gone, moved, away = heard.waiting()
    assert gone == FileEvent(FileEventKind.DELETED, ids["box"], gone.at, UUID(other), "there.txt", 1)
    before = Place(ids["box"], "a.txt")
    assert moved == FileEvent(FileEventKind.MOVED, ids["box"], moved.at, UUID(file), "there.txt", 1, before)
    before = Place(ids["box"], "there.txt")
    assert away == FileEvent(FileEventKind.MOVED, ids["other"], away.at, UUID(file), "away.txt", 1, before)


async def test_changes_of_many_are_told_by_one_event(files: KeptFiles, heard: Subscription) -> None:
    for path in ("a/1.txt", "a/2.txt", "b.txt"):
        await files.file(path)

    await files.data(None, DELETE_FOLDER, bucket="box", path="a")
    await files.data(None, DELETE_FOLDER, bucket="box", path="a")
    await files.data(None, EMPTY)
    await files.data(None, EMPTY)
    await files.data(None, DELETE_BUCKET)

    events = heard.waiting()
    assert [(event.kind.value, event.path) for event in events] == [
        ("folder_deleted", "a"),
        ("bucket_emptied", None),
        ("bucket_deleted", None),
    ]
    assert {event.file_id for event in events} == {None}


async def test_a_purge_is_told_of_what_has_been_seen(files: KeptFiles, heard: Subscription) -> None:
    file = await files.file("a.txt")
    await files.data(None, DELETE, id=file)
    await files.pending("pending.txt", seconds=-1)
    await files.execute(
        "UPDATE selfgraph.files SET deleted_at = now() - interval '8 days' WHERE deleted_at IS NOT NULL"
    )
    heard.waiting()

    await files.jobs.sweep()
    await files.jobs.sweep()

    assert await files.value("SELECT count(*) FROM selfgraph.files") == 0
    assert told(heard) == [("purged", "a.txt", 1)]


@pytest.mark.parametrize(
    ("query", "given", "code"),
    [
        (MOVE, {"path": "taken.txt"}, "CONFLICT"),
        (MOVE, {"path": "b.txt", "bucket": "small"}, "PAYLOAD_TOO_LARGE"),
        (COPY, {"path": "taken.txt"}, "CONFLICT"),
        (UPDATE, {"metadata": {}, "ifVersion": 7}, "CONFLICT"),
        (DELETE, {"ifVersion": 7}, "CONFLICT"),
        (RESTORE, {}, "NOT_FOUND"),
    ],
)
async def test_what_is_refused_is_not_told(
    files: KeptFiles, heard: Subscription, query: str, given: dict[str, Any], code: str
) -> None:
    file, _ = await files.file("a.txt"), await files.file("taken.txt")
    await files.bucket("small", quota=1)

    assert await files.code(None, query, id=file, **given) == code
    assert told(heard) == []


async def test_what_changes_nothing_is_not_told(files: KeptFiles, heard: Subscription) -> None:
    file = await files.file("a.txt")

    await files.data(None, MOVE, id=file, path="a.txt")
    await files.data(None, UPDATE, id=file)

    assert told(heard) == []


async def test_what_the_database_does_not_commit_is_not_told(files: KeptFiles, heard: Subscription) -> None:
    file = await files.file("a.txt")
    await files.execute(FAIL_AT_COMMIT)

    assert await files.code(None, MOVE, id=file, path="b.txt") is not None

    assert await files.paths() == ["a.txt"]
    assert told(heard) == []


async def test_an_event_costs_no_statement(files: KeptFiles) -> None:
    file, statements = await files.file("a.txt"), files.people.accounts.statements
    await files.data(None, MOVE, id=file, path="first.txt")  # the key that calls is looked up once
    await files.data(None, MOVE, id=file, path="b.txt")
    unheard = list(statements)
    with files.people.accounts.file_events.subscribe() as heard:
        await files.data(None, MOVE, id=file, path="c.txt")

        assert told(heard) == [("moved", "c.txt", 1)]
        assert list(statements) == unheard
