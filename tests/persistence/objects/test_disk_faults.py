"""A full disk, a disk that takes nothing, a process that is killed: for the store in a folder."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from domain.storage.errors import StorageFullError, StorageUnavailableError
from domain.storage.objects import Expected, new_object_key
from persistence.objects.disk import open_disk_store
from tests.persistence.machine import PATIENCE
from tests.persistence.objects.bodies import all_of, keys_of, pieces_of, sha256, some_bytes

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

ROOM = 8 << 20
WRITES_FOR_EVER = """
import asyncio, sys
from pathlib import Path
from domain.storage.objects import Expected
from persistence.objects.disk import open_disk_store

async def body():
    while True:
        yield bytes(65536)

async def append(store):
    upload = await store.begin("1" * 32, "a/b")
    await store.append(upload, body(), 1 << 40)

async def main():
    async with open_disk_store(Path(sys.argv[1])) as store:
        await asyncio.gather(store.write("0" * 32, body(), Expected()), append(store))

asyncio.run(main())
"""

LIMITED = """
import asyncio, resource, signal, sys
from pathlib import Path
from domain.storage.errors import StorageFullError
from domain.storage.objects import Expected
from persistence.objects.disk import open_disk_store

async def body():
    for _ in range(64):
        yield bytes(65536)

async def main():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    folder = Path(sys.argv[1])
    async with open_disk_store(folder) as store:
        try:
            await store.write("0" * 32, body(), Expected())
        except StorageFullError as error:
            print(type(error).__name__, len(list((folder / "staging").iterdir())))

asyncio.run(main())
"""


async def started(program: str, folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-c", program, folder, stdout=subprocess.PIPE)


def mounted(folder: Path, options: str) -> bool:
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False, capture_output=True, timeout=PATIENCE
    )
    return done.returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Generator[Path]:
    """A file system of 8 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0 or not mounted(folder, f"size={ROOM}"):
        pytest.skip("this user may mount nothing")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True, timeout=PATIENCE)


async def test_a_full_disk_is_told_and_room_is_given_back(small_disk: Path) -> None:
    async with open_disk_store(small_disk / "data" / "objects") as store:
        with pytest.raises(StorageFullError):
            await store.write(new_object_key(), pieces_of(some_bytes(2 * ROOM)), Expected())

        assert await keys_of(store) == []
        assert list((small_disk / "data" / "objects" / "staging").iterdir()) == []
        await store.write(new_object_key(), pieces_of(some_bytes(ROOM // 2)), Expected())


async def test_a_full_disk_leaves_an_upload_as_it_was(small_disk: Path) -> None:
    data = some_bytes(ROOM // 2)
    async with open_disk_store(small_disk / "data" / "objects") as store:
        upload = await store.append(await store.begin(new_object_key(), "a/b"), pieces_of(data[:1000]), ROOM)

        with pytest.raises(StorageFullError):
            await store.append(upload, pieces_of(some_bytes(2 * ROOM)), 2 * ROOM)

        upload = await store.append(upload, pieces_of(data[1000:]), ROOM)
        assert (await store.finish(upload, Expected())).sha256 == sha256(data)


async def test_a_limit_on_the_size_of_files_is_a_lack_of_room(tmp_path: Path) -> None:
    limited = await started(LIMITED, tmp_path / "data" / "objects")

    output, _ = await limited.communicate()

    assert output.split() == [b"StorageFullError", b"0"]


@pytest.fixture
def read_only(tmp_path: Path) -> Generator[Path]:
    """A folder that takes nothing, not even from root: a file system that is mounted read-only."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    if os.geteuid() != 0:
        folder.chmod(0o500)
        yield folder
        folder.chmod(0o700)
        return
    if not mounted(folder, "ro"):
        pytest.skip("this user may mount nothing, and writes to every folder")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True, timeout=PATIENCE)


async def test_a_folder_that_takes_nothing_is_told(read_only: Path) -> None:
    with pytest.raises(StorageUnavailableError):
        async with open_disk_store(read_only / "objects"):
            pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes to every folder")
async def test_objects_that_may_be_read_only_are_told_by_the_check(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "objects"
    async with open_disk_store(folder) as store:
        folder.chmod(0o500)
        try:
            with pytest.raises(StorageUnavailableError):
                await store.check()
        finally:
            folder.chmod(0o700)


async def test_a_process_that_is_killed_leaves_nothing_visible(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "objects"
    writer = await started(WRITES_FOR_EVER, folder)
    staging = folder / "staging"
    async with asyncio.timeout(PATIENCE):
        while not staging.exists() or sum(file.stat().st_size > ROOM for file in staging.iterdir()) < 2:
            assert writer.returncode is None
            await asyncio.sleep(0.01)

    writer.kill()
    await writer.wait()

    async with open_disk_store(folder) as store:
        assert await keys_of(store) == []
        assert await store.stat("0" * 32) is None
        await store.write("0" * 32, pieces_of(b"text"), Expected())
        assert await all_of(store, "0" * 32) == b"text"
        assert len(list(staging.iterdir())) == 2
