from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from domain.storage.objects import Expected, new_object_key
from tests.persistence.objects.s3_server import ACCESS_KEY, BUCKET, SECRET_KEY, S3Server
from tests.persistence.storage.kept import Kept, keeping, pieces

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

    from tests.graph.commands.conftest import Call

Result = TypeVar("Result")
SECRET = "a secret key of at least thirty-two characters"


class Installation:
    """A database and a folder; what a test does to them it does between the calls of the command."""

    def __init__(self, url: str, data: Path) -> None:
        self.settings: dict[str, Any] = {"DATABASE_URL": url, "DATA_DIR": data, "SECRET_KEY": SECRET}
        self._url = url
        self._data = data

    def do(self, act: Callable[[Kept], Awaitable[Result]]) -> Result:
        """Do it to what is kept."""

        async def doing() -> Result:
            async with keeping(self._url, self._data / "objects") as kept:
                return await act(kept)

        return asyncio.run(doing())


@pytest.fixture
def installation(migrated_database: str, tmp_path: Path) -> Installation:
    made = Installation(migrated_database, tmp_path / "data")

    async def fill(kept: Kept) -> None:
        await kept.bucket()
        for number in range(3):
            await kept.file(f"{number}.txt")

    made.do(fill)
    return made


async def _orphan(kept: Kept) -> str:
    key = new_object_key()
    await kept.objects.write(key, pieces(b"nobody's"), Expected())
    return key


async def _content(kept: Kept) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for key in await kept.keys():
        async with kept.objects.read(key) as chunks:
            found[key] = b"".join([chunk async for chunk in chunks])
    return found


async def _lose(kept: Kept) -> None:
    await kept.objects.remove(await kept.value("SELECT object_key FROM selfgraph.files WHERE path = '1.txt'"))


def test_what_is_as_it_should_be_is_exit_0(call: Call, installation: Installation) -> None:
    checked = call("storage", "check", "--grace", "0", "--deep", **installation.settings)

    assert (checked.code, checked.out) == (0, "Everything is as it should be.\n"), checked.err
    assert "Comparing: 3 of 3 objects" in checked.err


def test_what_no_file_needs_is_not_counted_as_compared(call: Call, installation: Installation) -> None:
    async def leave(kept: Kept) -> None:
        for _ in range(5):
            await _orphan(kept)
        await kept.pending("on its way.txt")

    installation.do(leave)

    checked = call("storage", "check", **installation.settings)

    assert checked.code == 0, checked.out
    told = [line for line in checked.err.splitlines() if line.startswith("Comparing")]
    assert told == [f"Comparing: {done} of 3 objects" for done in range(1, 4)]


def test_what_is_found_is_told_with_exit_1_and_stays(call: Call, installation: Installation) -> None:
    key = installation.do(_orphan)

    for _ in range(2):
        checked = call("storage", "check", "--grace", "0", **installation.settings)
        assert checked.code == 1
        assert checked.out.splitlines() == [f"orphan      object {key}: 8 bytes", "1 found, 0 mended"]


def test_the_grace_is_an_hour_unless_told(call: Call, installation: Installation) -> None:
    installation.do(_orphan)

    assert call("storage", "check", **installation.settings).code == 0


def test_a_repair_mends_with_exit_0(call: Call, installation: Installation) -> None:
    async def break_it(kept: Kept) -> None:
        await _orphan(kept)
        await kept.pending("expired.txt", body=b"hello", seconds=-1)
        await kept.execute("UPDATE selfgraph.buckets SET used_bytes = 1")

    installation.do(break_it)

    repaired = call("storage", "check", "--repair", "--grace", "0", **installation.settings)

    assert repaired.code == 0, repaired.out + repaired.err
    assert repaired.out.splitlines()[-1] == "3 found, 3 mended"
    assert call("storage", "check", "--grace", "0", **installation.settings).code == 0
    assert installation.do(lambda kept: kept.used()) == 15


def test_a_repair_never_drops_a_file_whose_bytes_are_missing(call: Call, installation: Installation) -> None:
    installation.do(_lose)

    repaired = call("storage", "check", "--repair", "--grace", "0", **installation.settings)

    assert repaired.code == 1
    assert repaired.out.startswith("missing     box/1.txt  file ")
    assert installation.do(lambda kept: kept.paths()) == ["0.txt", "1.txt", "2.txt"]


def test_missing_bytes_are_forgotten_where_that_is_asked_for(call: Call, installation: Installation) -> None:
    installation.do(_lose)

    repaired = call("storage", "check", "--repair", "--forget-missing", "--grace", "0", **installation.settings)

    assert repaired.code == 0, repaired.out + repaired.err
    assert installation.do(lambda kept: kept.paths()) == ["0.txt", "2.txt"]


def test_forgetting_goes_with_repairing(call: Call, installation: Installation) -> None:
    assert call("storage", "check", "--forget-missing", **installation.settings).code == 2


def test_a_migration_to_where_the_objects_are_is_refused(call: Call, installation: Installation) -> None:
    refused = call("storage", "migrate", "--to", "disk", **installation.settings)

    assert refused.code == 2
    assert "STORAGE_BACKEND is disk already" in refused.err


def test_a_migration_without_the_other_settings_is_refused(call: Call, installation: Installation) -> None:
    refused = call("storage", "migrate", "--to", "s3", **installation.settings)

    assert refused.code == 2
    assert "S3_BUCKET is not set" in refused.err


@pytest.fixture
def s3_settings(scratch: Path) -> Generator[dict[str, Any]]:
    """The settings of an S3 server of the test's own."""
    with tempfile.TemporaryDirectory(prefix="selfgraph-s3-", dir=scratch) as folder:
        server = S3Server.make(Path(folder))
        server.start()
        try:
            yield {
                "S3_ENDPOINT_URL": server.url,
                "S3_BUCKET": BUCKET,
                "S3_ADDRESSING": "path",
                "S3_PREFIX": "selfgraph/",
                "S3_ACCESS_KEY_ID": ACCESS_KEY,
                "S3_SECRET_ACCESS_KEY": SECRET_KEY,
            }
        finally:
            server.stop()


def test_objects_are_migrated_to_s3_and_back(
    call: Call, installation: Installation, s3_settings: dict[str, Any]
) -> None:
    settings = installation.settings | s3_settings
    before = installation.do(_content)

    first = call("storage", "migrate", "--to", "s3", **settings)
    again = call("storage", "migrate", "--to", "s3", "--trust-sizes", **settings)
    in_s3 = settings | {"STORAGE_BACKEND": "s3"}
    checked = call("storage", "check", "--deep", "--grace", "0", **in_s3)
    shutil.rmtree(installation.settings["DATA_DIR"] / "objects")
    back = call("storage", "migrate", "--to", "disk", **in_s3)

    assert first.code == 0, first.out + first.err
    assert first.out.splitlines()[0] == "3 copied, 0 there already, 0 damaged"
    assert "set STORAGE_BACKEND=s3" in first.out
    assert "Copying: 15 of 15 bytes" in first.err
    assert again.out.splitlines()[0] == "0 copied, 3 there already, 0 damaged"
    assert (checked.code, checked.out) == (0, "Everything is as it should be.\n"), checked.err
    assert back.out.splitlines()[0] == "3 copied, 0 there already, 0 damaged", back.err
    assert installation.do(_content) == before


def test_damaged_objects_are_told_with_exit_1(
    call: Call, installation: Installation, s3_settings: dict[str, Any]
) -> None:
    async def damage(kept: Kept) -> str:
        key: str = await kept.value("SELECT object_key FROM selfgraph.files WHERE path = '1.txt'")
        await kept.objects.remove(key)
        await kept.objects.write(key, pieces(b"Hello"), Expected())
        return key

    key = installation.do(damage)

    migrated = call("storage", "migrate", "--to", "s3", **installation.settings, **s3_settings)

    assert migrated.code == 1
    assert migrated.out.splitlines() == [
        f"damaged     {key}  is not what its file says, and is not copied",
        "2 copied, 0 there already, 1 damaged",
    ]


def test_an_s3_server_that_is_away_is_one_line(call: Call, installation: Installation) -> None:
    away = {"S3_ENDPOINT_URL": "http://127.0.0.1:1", "S3_BUCKET": "x", "S3_ACCESS_KEY_ID": "k"}

    failed = call("storage", "migrate", "--to", "s3", **installation.settings, **away, S3_SECRET_ACCESS_KEY="s")

    assert (failed.code, failed.out) == (1, "")
    assert failed.err.splitlines()[-1] == "selfgraph: The storage cannot be reached now; try again."


def test_no_database_is_one_line(call: Call, tmp_path: Path) -> None:
    failed = call(
        "storage",
        "check",
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
        DATABASE_CONNECT_TIMEOUT="0.1",
        DATA_DIR=tmp_path / "data",
        SECRET_KEY=SECRET,
    )

    assert (failed.code, failed.out) == (1, "")
    assert failed.err.splitlines()[-1].startswith("selfgraph: cannot connect to PostgreSQL at 127.0.0.1:1/none")
