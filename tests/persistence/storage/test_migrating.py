"""Copying all objects to another store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.storage.errors import StorageUnavailableError
from domain.storage.migrating import MigrateObjects, Migration
from domain.storage.objects import Expected
from persistence.objects.disk import open_disk_store
from persistence.objects.disk.store import DiskObjectStore
from tests.persistence.storage.kept import Kept, keeping, pieces

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from domain.storage.objects import ObjectStore


@pytest.fixture
async def kept(migrated_database: str, tmp_path: Path) -> AsyncGenerator[Kept]:
    async with keeping(migrated_database, tmp_path / "data" / "objects") as opened:
        await opened.bucket()
        yield opened


@pytest.fixture
async def target(tmp_path: Path) -> AsyncGenerator[DiskObjectStore]:
    async with open_disk_store(tmp_path / "other" / "objects") as store:
        yield store


async def migrate(kept: Kept, target: ObjectStore, *, trust_sizes: bool = False) -> tuple[Migration, int]:
    passed: list[int] = []
    migration = await MigrateObjects(kept.open, kept.objects, target)(trust_sizes=trust_sizes, passed=passed.append)
    return migration, sum(passed)


async def content(store: ObjectStore) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    async for entry in store.list():
        async with store.read(entry.key) as chunks:
            found[entry.key] = b"".join([chunk async for chunk in chunks])
    return found


async def rewrite(store: ObjectStore, key: str, body: bytes) -> None:
    await store.remove(key)
    await store.write(key, pieces(body), Expected())


async def test_every_object_is_copied(kept: Kept, target: DiskObjectStore) -> None:
    for number in range(3):
        await kept.file(f"{number}.txt", b"x" * number)
    await kept.pending("pending.txt", body=b"hello")

    migration, passed = await migrate(kept, target)

    assert (migration, passed) == (Migration(4, 0, []), 8)
    assert await content(target) == await content(kept.objects)


async def test_another_run_copies_what_was_written_meanwhile(kept: Kept, target: DiskObjectStore) -> None:
    await kept.file("a.txt")
    await migrate(kept, target)
    await kept.file("b.txt")

    assert (await migrate(kept, target))[0] == Migration(1, 1, [])
    assert await content(target) == await content(kept.objects)


@pytest.mark.parametrize("body", [b"hell", b"Hello"])
async def test_what_is_there_and_is_something_else_is_copied_again(
    kept: Kept, target: DiskObjectStore, body: bytes
) -> None:
    await kept.file("a.txt")
    (key,) = await kept.keys()
    await rewrite(target, key, body)

    assert (await migrate(kept, target))[0] == Migration(1, 0, [])
    assert await content(target) == {key: b"hello"}


async def test_sizes_can_be_trusted(kept: Kept, target: DiskObjectStore) -> None:
    await kept.file("a.txt")
    (key,) = await kept.keys()
    await rewrite(target, key, b"Hello")

    assert (await migrate(kept, target, trust_sizes=True))[0] == Migration(0, 1, [])


async def test_bytes_that_are_not_those_of_the_file_are_told_and_not_copied(
    kept: Kept, target: DiskObjectStore
) -> None:
    await kept.file("a.txt")
    (key,) = await kept.keys()
    await rewrite(kept.objects, key, b"Hello")
    await kept.file("b.txt")

    assert (await migrate(kept, target))[0] == Migration(1, 0, [key])
    assert key not in await content(target)


async def test_bytes_that_do_not_come_back_as_they_were_are_not_kept(
    kept: Kept, target: DiskObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kept.file("a.txt")
    (key,) = await kept.keys()
    write = DiskObjectStore.write

    async def spoil(store: DiskObjectStore, key: str, body: object, expected: Expected) -> object:
        stored = await write(store, key, body, expected)  # type: ignore[arg-type]
        await store.remove(key)
        await write(store, key, pieces(b"Hello"), Expected())
        return stored

    monkeypatch.setattr(DiskObjectStore, "write", spoil)

    assert (await migrate(kept, target))[0] == Migration(0, 0, [key])
    assert await content(target) == {}


async def test_a_run_that_broke_off_goes_on(
    kept: Kept, target: DiskObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        await kept.file(f"{number}.txt")
    write, left = DiskObjectStore.write, [2]

    async def break_off(store: DiskObjectStore, *given: object) -> object:
        if left[0] == 0:
            raise StorageUnavailableError
        left[0] -= 1
        return await write(store, *given)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(DiskObjectStore, "write", break_off)
        with pytest.raises(StorageUnavailableError):
            await migrate(kept, target)

    assert (await migrate(kept, target))[0] == Migration(2, 2, [])


async def test_an_object_that_is_removed_meanwhile_is_left_out(
    kept: Kept, target: DiskObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kept.file("a.txt")
    (key,) = await kept.keys()
    stat = DiskObjectStore.stat

    async def remove_first(store: DiskObjectStore, asked: str) -> object:
        await kept.objects.remove(key)
        return await stat(store, asked)

    monkeypatch.setattr(DiskObjectStore, "stat", remove_first)

    assert (await migrate(kept, target))[0] == Migration(0, 0, [])
