"""What every store does with uploads that come in pieces."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from domain.storage.errors import (
    AppendInterruptedError,
    ChecksumMismatchError,
    FileTooLargeError,
    ObjectMissingError,
    SizeMismatchError,
)
from domain.storage.objects import Expected, StoredObject, new_object_key
from tests.persistence.objects.bodies import Stalling, all_of, broken_off, keys_of, pieces_of, sha256, some_bytes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from domain.storage.objects import ObjectStore, Resumable

MOST = 100 << 20
TYPE = "application/octet-stream"


async def sent(store: ObjectStore, *pieces: bytes, upload: Resumable | None = None) -> Resumable:
    upload = upload or await store.begin(new_object_key(), TYPE)
    for piece in pieces:
        upload = await store.append(upload, pieces_of(piece), MOST)
    return upload


@pytest.mark.parametrize(
    "sizes",
    [
        [],
        [0],
        [1],
        [1_000_000],
        [1, 0, 2, 5000],
        [256 << 10, 256 << 10],
        [(256 << 10) - 1, 1, 1],
        [300_001, 300_001, 300_001, 1_234_567, 17],
        [2_500_000, 1, 2_500_000],
    ],
    ids=str,
)
async def test_pieces_become_an_object(
    store: ObjectStore, leftovers: Callable[[], Awaitable[list[str]]], sizes: Sequence[int]
) -> None:
    data = some_bytes(sum(sizes))
    upload = await store.begin(new_object_key(), TYPE)
    for size in sizes:
        upload = await sent(store, data[upload.offset : upload.offset + size], upload=upload)

    stored = await store.finish(upload, Expected(size=len(data), sha256=sha256(data)))

    assert stored == StoredObject(upload.key, len(data), sha256(data))
    assert await all_of(store, upload.key) == data
    assert await keys_of(store) == [upload.key]
    assert await leftovers() == []


async def test_many_small_pieces_become_an_object(store: ObjectStore) -> None:
    data = some_bytes(20 * 100_003)
    upload = await sent(store, *(data[start : start + 100_003] for start in range(0, len(data), 100_003)))

    await store.finish(upload, Expected())

    assert await all_of(store, upload.key) == data


async def test_the_offset_is_what_was_sent(store: ObjectStore) -> None:
    upload = await sent(store, some_bytes(10), some_bytes(600_000))

    assert upload.offset == 600_010


async def test_an_upload_that_is_not_finished_is_not_there(store: ObjectStore) -> None:
    upload = await sent(store, some_bytes(1_000_000))

    assert await store.stat(upload.key) is None
    assert await keys_of(store) == []


@pytest.mark.parametrize("size", [100, 300_000, 1_300_000])
async def test_what_came_before_a_body_broke_off_is_kept(store: ObjectStore, size: int) -> None:
    data = some_bytes(2_000_000)
    upload = await sent(store, data[:100_000])

    with pytest.raises(AppendInterruptedError) as interrupted:
        await store.append(upload, broken_off(data[100_000 : 100_000 + size]), MOST)

    upload = interrupted.value.upload
    assert upload.offset == 100_000 + size
    await store.finish(await sent(store, data[upload.offset :], upload=upload), Expected(sha256=sha256(data)))
    assert await all_of(store, upload.key) == data


@pytest.mark.parametrize("size", [100, 1_300_000])
async def test_an_append_that_was_cancelled_is_made_again(store: ObjectStore, size: int) -> None:
    data = some_bytes(2_000_000)
    upload = await sent(store, data[:100_000])
    stalling = Stalling(data[100_000 : 100_000 + size])
    appending = asyncio.ensure_future(store.append(upload, stalling.body(), MOST))
    await stalling.stalled.wait()

    appending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await appending

    await store.finish(await sent(store, data[100_000:], upload=upload), Expected(sha256=sha256(data)))
    assert await all_of(store, upload.key) == data


@pytest.mark.parametrize("size", [1000, 700_000, 1_300_000])
async def test_bytes_of_which_the_caller_does_not_know_are_dropped(store: ObjectStore, size: int) -> None:
    data = some_bytes(2_000_000)
    upload = await sent(store, data[:600_000])
    await sent(store, data[600_000 : 600_000 + size], upload=upload)  # its answer was lost

    await store.finish(await sent(store, data[600_000:], upload=upload), Expected(sha256=sha256(data)))

    assert await all_of(store, upload.key) == data


async def test_bytes_of_which_the_caller_does_not_know_are_not_finished(store: ObjectStore) -> None:
    data = some_bytes(600_000)
    upload = await sent(store, data)
    # No more than fits into the part: the server of these tests, unlike S3, refuses another part of the same number.
    await sent(store, some_bytes(1000, seed=2), upload=upload)

    assert await store.finish(upload, Expected()) == StoredObject(upload.key, len(data), sha256(data))


async def test_an_offset_beyond_what_is_kept_is_refused(store: ObjectStore) -> None:
    upload = await sent(store, some_bytes(1000))

    with pytest.raises(ObjectMissingError):
        await sent(store, b"text", upload=dataclasses.replace(upload, offset=1001))


@pytest.mark.parametrize("size", [101, 1_300_000])
async def test_of_a_body_that_is_too_large_nothing_is_kept(store: ObjectStore, size: int) -> None:
    data = some_bytes(100_100)
    upload = await sent(store, data[:100_000])

    with pytest.raises(FileTooLargeError):
        await store.append(upload, pieces_of(some_bytes(size, seed=2)), 100_100)

    await store.finish(await sent(store, data[100_000:], upload=upload), Expected(sha256=sha256(data)))
    assert await all_of(store, upload.key) == data


async def test_to_finish_again_answers_the_same(store: ObjectStore) -> None:
    upload = await sent(store, some_bytes(1_000_000), some_bytes(1000))

    first = await store.finish(upload, Expected(size=1_001_000))

    assert await store.finish(upload, Expected(size=1_001_000)) == first


@pytest.mark.parametrize("size", [1000, 1_000_000])
async def test_another_size_is_not_finished(store: ObjectStore, size: int) -> None:
    upload = await sent(store, some_bytes(size))

    with pytest.raises(SizeMismatchError):
        await store.finish(upload, Expected(size=size + 1))

    assert await store.stat(upload.key) is None


@pytest.mark.parametrize("size", [1000, 1_000_000])
async def test_another_digest_is_not_finished(store: ObjectStore, size: int) -> None:
    upload = await sent(store, some_bytes(size))

    with pytest.raises(ChecksumMismatchError):
        await store.finish(upload, Expected(sha256=sha256(b"another")))

    assert await store.stat(upload.key) is None


@pytest.mark.parametrize("sizes", [[], [1000], [1_000_000], [1_000_000, 1000]], ids=str)
async def test_an_abandoned_upload_leaves_nothing(
    store: ObjectStore, leftovers: Callable[[], Awaitable[list[str]]], sizes: Sequence[int]
) -> None:
    upload = await sent(store, *map(some_bytes, sizes))

    await store.abandon(upload)
    await store.abandon(upload)

    assert await leftovers() == []
    assert await keys_of(store) == []


async def test_an_abandoned_upload_is_missing(store: ObjectStore) -> None:
    upload = await sent(store, some_bytes(1_000_000))
    await store.abandon(upload)

    with pytest.raises(ObjectMissingError):
        await sent(store, some_bytes(1_000_000), upload=upload)
    with pytest.raises(ObjectMissingError):
        await store.finish(upload, Expected())


@pytest.mark.parametrize("size", [1000, 1_000_000])
async def test_a_sweep_removes_old_uploads(
    store: ObjectStore, leftovers: Callable[[], Awaitable[list[str]]], size: int
) -> None:
    await sent(store, some_bytes(size))

    assert await store.sweep(datetime.now(UTC) + timedelta(days=1)) >= 1

    assert await leftovers() == []


async def test_a_sweep_leaves_younger_uploads_alone(store: ObjectStore) -> None:
    data = some_bytes(1_000_000)
    upload = await sent(store, data)

    assert await store.sweep(datetime.now(UTC) - timedelta(days=1)) == 0

    await store.finish(upload, Expected(sha256=sha256(data)))
