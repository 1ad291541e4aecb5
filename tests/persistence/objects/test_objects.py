"""What every store does with whole objects."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from domain.storage.errors import (
    ChecksumMismatchError,
    FileTooLargeError,
    ObjectMissingError,
    SizeMismatchError,
)
from domain.storage.objects import Expected, StoredObject, new_object_key
from tests.persistence.objects.bodies import (
    BrokenOffError,
    Stalling,
    all_of,
    broken_off,
    keys_of,
    pieces_of,
    sha256,
    some_bytes,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.storage.objects import ObjectStore

LARGE = (2 << 20) + 7


async def test_it_can_be_used(store: ObjectStore) -> None:
    await store.check()

    assert await keys_of(store) == []


@pytest.mark.parametrize(("size", "piece"), [(0, 1), (1, 1), (5000, 7), (65_536, 65_536), (LARGE, 30_000)])
async def test_what_was_written_is_read(store: ObjectStore, size: int, piece: int) -> None:
    key, data = new_object_key(), some_bytes(size)

    stored = await store.write(key, pieces_of(data, piece), Expected(size=size, sha256=sha256(data)))

    assert stored == StoredObject(key, size, sha256(data))
    assert await all_of(store, key) == data


async def test_a_body_of_unknown_size_is_measured(store: ObjectStore) -> None:
    key, data = new_object_key(), some_bytes(LARGE)

    assert await store.write(key, pieces_of(data), Expected()) == StoredObject(key, LARGE, sha256(data))


@pytest.mark.parametrize(
    ("offset", "length"), [(0, 10), (1, None), (LARGE - 3, 3), (LARGE - 3, 100), (1_048_500, 300_000), (5, 0)]
)
async def test_a_range_is_read(store: ObjectStore, offset: int, length: int | None) -> None:
    key, data = new_object_key(), some_bytes(LARGE)
    await store.write(key, pieces_of(data), Expected())

    read = await all_of(store, key, offset, length)

    assert read == (data[offset:] if length is None else data[offset : offset + length])


@pytest.mark.parametrize("offset", [10, 11])
async def test_nothing_follows_the_end(store: ObjectStore, offset: int) -> None:
    key = new_object_key()
    await store.write(key, pieces_of(some_bytes(10)), Expected())

    assert await all_of(store, key, offset) == b""


async def test_a_reader_may_leave_in_the_middle(store: ObjectStore) -> None:
    key, data = new_object_key(), some_bytes(LARGE)
    await store.write(key, pieces_of(data), Expected())

    async with store.read(key) as body:
        first = await anext(body)

    assert data.startswith(first)
    assert await all_of(store, key) == data


async def test_an_object_that_is_missing_cannot_be_read(store: ObjectStore) -> None:
    with pytest.raises(ObjectMissingError):
        await all_of(store, new_object_key())


async def test_an_object_has_size_and_time(store: ObjectStore) -> None:
    key = new_object_key()
    await store.write(key, pieces_of(some_bytes(10)), Expected())

    entry = await store.stat(key)

    assert entry is not None
    assert (entry.key, entry.size) == (key, 10)
    assert abs(entry.modified_at - datetime.now(UTC)) < timedelta(minutes=10)


async def test_there_is_nothing_under_a_new_key(store: ObjectStore) -> None:
    assert await store.stat(new_object_key()) is None


@pytest.mark.parametrize("size", [100, LARGE])
@pytest.mark.parametrize("difference", [-1, 1])
async def test_a_body_of_another_size_is_refused(
    store: ObjectStore, leftovers: Callable[[], Awaitable[list[str]]], size: int, difference: int
) -> None:
    with pytest.raises(SizeMismatchError):
        await store.write(new_object_key(), pieces_of(some_bytes(size)), Expected(size=size + difference))

    assert await keys_of(store) == []
    assert await leftovers() == []


@pytest.mark.parametrize("size", [100, LARGE])
async def test_a_body_that_is_too_large_is_refused(
    store: ObjectStore, leftovers: Callable[[], Awaitable[list[str]]], size: int
) -> None:
    with pytest.raises(FileTooLargeError):
        await store.write(new_object_key(), pieces_of(some_bytes(size)), Expected(most=size - 1))

    assert await keys_of(store) == []
    assert await leftovers() == []


async def test_a_body_may_be_as_large_as_is_allowed(store: ObjectStore) -> None:
    stored = await store.write(new_object_key(), pieces_of(some_bytes(100)), Expected(most=100))

    assert stored.size == 100


@pytest.mark.parametrize("size", [100, LARGE])
async def test_a_body_of_another_digest_is_refused(
    store: ObjectStore, leftovers: Callable[[], Awaitable[list[str]]], size: int
) -> None:
    with pytest.raises(ChecksumMismatchError):
        await store.write(new_object_key(), pieces_of(some_bytes(size)), Expected(sha256=sha256(b"another")))

    assert await keys_of(store) == []
    assert await leftovers() == []


@pytest.mark.parametrize("size", [100, LARGE])
async def test_a_body_that_breaks_off_leaves_nothing(
    store: ObjectStore, leftovers: Callable[[], Awaitable[list[str]]], size: int
) -> None:
    with pytest.raises(BrokenOffError):
        await store.write(new_object_key(), broken_off(some_bytes(size)), Expected())

    assert await keys_of(store) == []
    assert await leftovers() == []


@pytest.mark.parametrize("size", [100, LARGE])
async def test_a_write_that_is_cancelled_leaves_nothing(
    store: ObjectStore, leftovers: Callable[[], Awaitable[list[str]]], size: int
) -> None:
    stalling = Stalling(some_bytes(size))
    writing = asyncio.ensure_future(store.write(new_object_key(), stalling.body(), Expected()))
    await stalling.stalled.wait()

    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing

    assert await keys_of(store) == []
    assert await leftovers() == []


async def test_an_object_that_is_being_written_is_not_there(store: ObjectStore) -> None:
    key, stalling = new_object_key(), Stalling(some_bytes(LARGE))
    writing = asyncio.ensure_future(store.write(key, stalling.body(), Expected()))
    await stalling.stalled.wait()

    assert await store.stat(key) is None
    assert await keys_of(store) == []

    writing.cancel()
    await asyncio.wait([writing])


async def test_a_removed_object_is_gone(store: ObjectStore) -> None:
    key = new_object_key()
    await store.write(key, pieces_of(b"text"), Expected())

    await store.remove(key)

    assert await store.stat(key) is None
    assert await keys_of(store) == []


async def test_to_remove_twice_does_nothing(store: ObjectStore) -> None:
    key = new_object_key()
    await store.write(key, pieces_of(b"text"), Expected())

    await store.remove(key)
    await store.remove(key)

    assert await store.stat(key) is None


async def test_a_copy_outlives_its_source(store: ObjectStore) -> None:
    source, target, data = new_object_key(), new_object_key(), some_bytes(LARGE)
    await store.write(source, pieces_of(data), Expected())

    await store.copy(source, target)
    await store.remove(source)

    assert await all_of(store, target) == data
    assert await keys_of(store) == [target]


async def test_what_is_missing_cannot_be_copied(store: ObjectStore) -> None:
    with pytest.raises(ObjectMissingError):
        await store.copy(new_object_key(), new_object_key())

    assert await keys_of(store) == []


async def test_objects_are_listed_in_the_order_of_their_keys(store: ObjectStore) -> None:
    keys = [f"{time:012x}{place:020x}" for time in (0, 1, 1 << 24, 1 << 30, 1 << 47) for place in (5, 0, 1 << 79)]
    for key in reversed(keys):
        await store.write(key, pieces_of(key.encode()), Expected())

    entries = [entry async for entry in store.list()]

    assert [entry.key for entry in entries] == sorted(keys)
    assert {entry.size for entry in entries} == {32}


async def test_a_list_goes_on_after_a_key(store: ObjectStore) -> None:
    keys = [f"{time:012x}{place:020x}" for time in (0, 1 << 24, 1 << 30) for place in (0, 1)]
    for key in keys:
        await store.write(key, pieces_of(b""), Expected())

    for position, key in enumerate(keys):
        assert await keys_of(store, key) == keys[position + 1 :]
    assert await keys_of(store, f"{1 << 24:012x}") == keys[2:]


async def test_a_sweep_leaves_objects_alone(store: ObjectStore) -> None:
    key = new_object_key()
    await store.write(key, pieces_of(b"text"), Expected())

    assert await store.sweep(datetime.now(UTC) + timedelta(days=1)) == 0

    assert await all_of(store, key) == b"text"
