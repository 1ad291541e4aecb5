"""Changing what is said about files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.graph.storage.kept_files import UPDATE, KeptFiles, serving_files

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de")


@pytest.fixture
async def files(migrated_database: str, tmp_path: Path) -> AsyncGenerator[KeptFiles]:
    async with serving_files(migrated_database, tmp_path) as served:
        await served.bucket()
        yield served


async def test_metadata_and_type_are_changed(files: KeptFiles) -> None:
    file = await files.file("a.csv")

    changed = await files.data(
        None, UPDATE, id=file, metadata={"k": [1, None]}, contentType="Text/CSV; charset=utf-8", ifVersion=1
    )

    assert (changed["metadata"], changed["contentType"], changed["version"]) == ({"k": [1, None]}, "text/csv", 1)


async def test_what_is_not_given_stays(files: KeptFiles) -> None:
    file = await files.file("a.csv")
    await files.data(None, UPDATE, id=file, metadata={"k": 1})

    assert (await files.data(None, UPDATE, id=file, contentType="text/csv"))["metadata"] == {"k": 1}
    assert (await files.data(None, UPDATE, id=file))["contentType"] == "text/csv"


@pytest.mark.parametrize(
    "given",
    [
        {"metadata": []},
        {"metadata": "x"},
        {"metadata": {"k": "x" * 8192}},
        {"metadata": {"k": "\u0000"}},
        {"contentType": "png"},
        {"contentType": ""},
        {"contentType": "a/b\r\nX: y"},
    ],
)
async def test_what_is_not_as_it_has_to_be_is_refused(files: KeptFiles, given: dict[str, Any]) -> None:
    file = await files.file("a.txt")
    before = await files.everything()

    assert await files.code(None, UPDATE, id=file, **given) == "VALIDATION"
    assert await files.everything() == before


async def test_a_type_that_the_bucket_does_not_take_is_refused(files: KeptFiles) -> None:
    await files.bucket("texts", allowed_types=["text/plain"])
    file = await files.file("a.txt", bucket="texts")

    assert await files.code(None, UPDATE, id=file, contentType="text/csv") == "VALIDATION"


async def test_a_type_that_the_bytes_contradict_is_refused(files: KeptFiles) -> None:
    text, image = await files.file("a.txt"), await files.file("a.png", PNG, content_type="image/png")
    before = await files.everything()

    assert await files.code(None, UPDATE, id=text, contentType="image/png") == "VALIDATION"
    assert await files.code(None, UPDATE, id=image, contentType="text/html") == "VALIDATION"
    assert await files.everything() == before


async def test_another_version_is_a_conflict(files: KeptFiles) -> None:
    file = await files.file("a.txt")

    assert await files.code(None, UPDATE, id=file, metadata={"k": 1}, ifVersion=2) == "CONFLICT"
    assert await files.code(None, UPDATE, id=file, contentType="text/csv", ifVersion=2) == "CONFLICT"


async def test_who_may_not_change_a_file_does_not(files: KeptFiles) -> None:
    ann, file = await files.people.make(), await files.file("a.txt")
    before = await files.everything()

    assert await files.code(ann, UPDATE, id=file, metadata={"k": 1}) == "NOT_FOUND"
    await files.allow("select")
    assert await files.code(ann, UPDATE, id=file, metadata={"k": 1}) == "FORBIDDEN"
    assert await files.code(ann, UPDATE, id=file, contentType="text/csv") == "FORBIDDEN"
    assert await files.everything() == before


async def test_a_file_stays_within_what_the_rule_allows(files: KeptFiles) -> None:
    ann, file = await files.people.make(), await files.file("a.txt")
    await files.allow("select")
    await files.allow("update", '{"content_type": {"_eq": "text/plain"}}')

    assert await files.code(ann, UPDATE, id=file, contentType="text/csv") == "FORBIDDEN"
    assert await files.code(ann, UPDATE, id=file, metadata={"k": 1}) is None
