"""What the store in a folder does beside the port: modes, the key of an object that is there, links, listing."""

from __future__ import annotations

import asyncio
import errno
import os
import pwd
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from domain.regular_files import open_regular
from domain.storage.errors import ObjectMissingError, StorageUnavailableError, UploadBusyError
from domain.storage.objects import Expected, new_object_key
from persistence.objects.disk import listing, open_disk_store, staged, uploads
from tests.persistence.objects.bodies import Stalling, all_of, keys_of, pieces_of, sha256, some_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tests.persistence.objects.conftest import OpenStore


@pytest.fixture
def umask() -> Generator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> set[tuple[str, str]]:
    return {("folder" if path.is_dir() else "file", stat.filemode(path.stat().st_mode)) for path in folder.rglob("*")}


@pytest.mark.usefixtures("umask")
async def test_only_the_owner_reads_objects(tmp_path: Path) -> None:
    async with open_disk_store(tmp_path / "data" / "objects") as store:
        await store.write(new_object_key(), pieces_of(b"text"), Expected())
        await store.begin(new_object_key(), "text/plain")

    assert modes(tmp_path) == {("folder", "drwx------"), ("file", "-rw-------")}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files for others")
async def test_what_root_writes_belongs_to_the_owner_of_the_data_folder(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    (tmp_path / "data").mkdir()
    os.chown(tmp_path / "data", nobody.pw_uid, nobody.pw_gid)

    async with open_disk_store(tmp_path / "data" / "objects") as store:
        await store.write(new_object_key(), pieces_of(b"text"), Expected())

    assert {path.stat().st_uid for path in (tmp_path / "data").rglob("*")} == {nobody.pw_uid}


async def test_the_local_file_has_the_bytes(disk: OpenStore) -> None:
    key = new_object_key()
    await disk.store.write(key, pieces_of(b"text"), Expected())

    file = await disk.store.local_file(key)

    assert file is not None
    assert file.read_bytes() == b"text"


async def test_an_object_is_never_overwritten(disk: OpenStore) -> None:
    key = new_object_key()
    await disk.store.write(key, pieces_of(b"first"), Expected())

    with pytest.raises(FileExistsError):
        await disk.store.write(key, pieces_of(b"second"), Expected())

    assert await all_of(disk.store, key) == b"first"
    assert await disk.leftovers() == []


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "0" * 31, "0" * 33, "G" * 32, "0" * 32 + "\n"])
async def test_a_key_that_is_none_of_ours_is_refused(disk: OpenStore, key: str) -> None:
    with pytest.raises(ValueError, match="no key of an object"):
        await disk.store.stat(key)


async def test_there_are_no_direct_transfers(disk: OpenStore) -> None:
    key = new_object_key()

    assert await disk.store.direct_upload(key, size=1, content_type="a/b", sha256=None, seconds=60) is None
    assert (
        await disk.store.direct_download(key, seconds=60, content_type="a/b", disposition="inline", cache_control="")
        is None
    )


async def test_a_copy_takes_no_room(disk: OpenStore) -> None:
    source, target = new_object_key(), new_object_key()
    await disk.store.write(source, pieces_of(b"text"), Expected())

    await disk.store.copy(source, target)

    files = [await disk.store.local_file(key) for key in (source, target)]
    assert files[0] is not None
    assert files[1] is not None
    assert files[0].samefile(files[1])


@pytest.fixture
def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system as FAT is."""

    def refuse(path: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(path), str(target))

    monkeypatch.setattr(Path, "hardlink_to", refuse)


@pytest.mark.usefixtures("no_links")
async def test_a_file_system_without_links_keeps_objects(disk: OpenStore) -> None:
    key, data = new_object_key(), some_bytes(3_000_000)
    await disk.store.write(key, pieces_of(data), Expected())

    with pytest.raises(FileExistsError):
        await disk.store.write(key, pieces_of(b"second"), Expected())

    assert await all_of(disk.store, key) == data
    assert await disk.leftovers() == []


@pytest.mark.usefixtures("no_links")
async def test_a_file_system_without_links_copies_bytes(disk: OpenStore) -> None:
    source, target, data = new_object_key(), new_object_key(), some_bytes(3_000_000)
    await disk.store.write(source, pieces_of(data), Expected())

    await disk.store.copy(source, target)
    await disk.store.remove(source)

    assert await all_of(disk.store, target) == data
    assert await disk.leftovers() == []


async def test_a_copy_follows_one_that_has_as_many_names_as_can_be(
    disk: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise OSError(errno.EMLINK, os.strerror(errno.EMLINK), str(arguments[0]))

    source, target, data = new_object_key(), new_object_key(), some_bytes(3_000_000)
    await disk.store.write(source, pieces_of(data), Expected())
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    if hasattr(os, "copy_file_range"):
        monkeypatch.setattr(os, "copy_file_range", refuse)

    await disk.store.copy(source, target)

    assert await all_of(disk.store, target) == data


async def test_a_large_folder_is_listed_in_pages(disk: OpenStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_KEYS", 7)
    monkeypatch.setattr(listing, "_LOOKED_AT", 3)
    keys = [f"{0:012x}{place:020x}" for place in range(30)] + [f"{1 << 30:012x}{place:020x}" for place in range(30)]
    for key in keys:
        await disk.store.write(key, pieces_of(b""), Expected())

    assert await keys_of(disk.store) == keys


async def test_a_file_that_is_no_object_is_not_listed(disk: OpenStore) -> None:
    key = new_object_key()
    await disk.store.write(key, pieces_of(b""), Expected())
    file = await disk.store.local_file(key)
    assert file is not None
    file.with_name("README").write_text("of somebody else")
    file.parent.with_name("lost+found").mkdir()

    assert await keys_of(disk.store) == [key]


async def test_a_sweep_removes_folders_without_objects(disk: OpenStore) -> None:
    key = new_object_key()
    await disk.store.write(key, pieces_of(b"text"), Expected())
    file = await disk.store.local_file(key)
    assert file is not None
    await disk.store.remove(key)

    await disk.store.sweep(datetime.now(UTC) - timedelta(days=1))

    assert not file.parent.exists()
    await disk.store.write(key, pieces_of(b"text"), Expected())
    assert await all_of(disk.store, key) == b"text"


async def test_one_request_at_a_time_appends_to_an_upload(disk: OpenStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_TRIES", 1)
    upload, stalling = await disk.store.begin(new_object_key(), "text/plain"), Stalling(b"first")
    first = asyncio.ensure_future(disk.store.append(upload, stalling.body(), 100))
    await stalling.stalled.wait()

    with pytest.raises(UploadBusyError):
        await disk.store.append(upload, pieces_of(b"second"), 100)

    first.cancel()
    await asyncio.wait([first])


async def test_other_bytes_of_which_the_caller_does_not_know_are_dropped(disk: OpenStore) -> None:
    data = some_bytes(3_000_000)
    upload = await disk.store.begin(new_object_key(), "a/b")
    await disk.store.append(upload, pieces_of(some_bytes(5_000_000, seed=2)), 5_000_000)  # its answer was lost

    upload = await disk.store.append(upload, pieces_of(data), len(data))

    assert (await disk.store.finish(upload, Expected())).sha256 == sha256(data)


async def test_a_finish_that_a_crash_interrupted_is_finished(disk: OpenStore, monkeypatch: pytest.MonkeyPatch) -> None:
    data = some_bytes(2_000_000)
    upload = await disk.store.append(await disk.store.begin(new_object_key(), "a/b"), pieces_of(data), len(data))
    with monkeypatch.context() as crash:
        crash.setattr(staged.StagedFile, "discard", staged.StagedFile.close)  # between the link and the removal
        await disk.store.finish(upload, Expected())
    assert await disk.leftovers() == [upload.key]

    stored = await disk.store.finish(upload, Expected())

    assert stored.sha256 == sha256(data)
    assert await disk.leftovers() == []


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StorageUnavailableError):
        async with open_disk_store(tmp_path / "file" / "data" / "objects"):
            pass


async def test_a_folder_that_is_gone_is_told(disk: OpenStore, tmp_path: Path) -> None:
    (tmp_path / "data" / "objects" / "staging").rmdir()

    for use in (
        disk.store.check(),
        disk.store.write(new_object_key(), pieces_of(b"text"), Expected()),
        disk.store.begin(new_object_key(), "text/plain"),
    ):
        with pytest.raises(StorageUnavailableError):
            await use


async def test_a_disk_that_does_not_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To open a file waits as it does on a dead network file system."""
    key, answering = new_object_key(), threading.Event()

    def open_late(path: Path) -> int:
        answering.wait()
        return open_regular(path)

    monkeypatch.setattr("persistence.objects.disk.reading.open_regular", open_late)
    async with open_disk_store(tmp_path / "data" / "objects", seconds=0.2) as store:
        await store.write(key, pieces_of(b"text"), Expected())
        try:
            with pytest.raises(StorageUnavailableError):
                await all_of(store, key)
        finally:
            answering.set()


def _link(place: Path) -> None:
    theirs = place.with_name("theirs")
    theirs.write_text("theirs")
    place.symlink_to(theirs)


def _loop(place: Path) -> None:
    place.symlink_to(place)


@pytest.mark.parametrize("plant", [_link, _loop, Path.mkdir, os.mkfifo])
async def test_what_is_no_file_is_no_object(disk: OpenStore, plant: Callable[[Path], object]) -> None:
    key, planted = new_object_key(), new_object_key()
    await disk.store.write(key, pieces_of(b"text"), Expected())
    place = await disk.store.local_file(planted)
    assert place is not None
    plant(place)

    assert await disk.store.stat(planted) is None
    assert await keys_of(disk.store) == [key]
    with pytest.raises(ObjectMissingError):
        await all_of(disk.store, planted)


@pytest.mark.parametrize("plant", [_link, _loop, Path.mkdir, os.mkfifo])
async def test_what_is_no_file_is_no_upload(disk: OpenStore, tmp_path: Path, plant: Callable[[Path], object]) -> None:
    upload = await disk.store.begin(new_object_key(), "text/plain")
    staged_file = tmp_path / "data" / "objects" / "staging" / upload.key
    staged_file.unlink()
    plant(staged_file)
    with pytest.raises(ObjectMissingError):
        await disk.store.append(upload, pieces_of(b"text"), 100)


async def test_a_folder_among_what_was_being_written_is_left_alone(disk: OpenStore, tmp_path: Path) -> None:
    await disk.store.begin(new_object_key(), "text/plain")
    (tmp_path / "data" / "objects" / "staging" / "theirs").mkdir()

    assert await disk.store.sweep(datetime.now(UTC) + timedelta(days=1)) == 1

    assert await disk.leftovers() == ["theirs"]


async def test_the_data_folder_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "elsewhere")
    key = new_object_key()

    async with open_disk_store(tmp_path / "data" / "objects") as store:
        await store.write(key, pieces_of(b"text"), Expected())
        assert await all_of(store, key) == b"text"

    assert (tmp_path / "elsewhere" / "objects" / key[:6] / key).read_bytes() == b"text"
