"""A store of each kind, empty before each test."""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import pytest

from persistence.objects.disk import open_disk_store
from persistence.objects.s3 import open_s3_store
from persistence.objects.s3.calls import NotThereError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable
    from pathlib import Path

    from domain.storage.objects import ObjectStore
    from tests.persistence.objects.s3_server import S3Server


@dataclass(frozen=True)
class OpenStore:
    """A store, and what interrupted writes have left behind in it."""

    store: ObjectStore
    leftovers: Callable[[], Awaitable[list[str]]]


@pytest.fixture
async def disk(tmp_path: Path) -> AsyncGenerator[OpenStore]:
    async def leftovers() -> list[str]:
        return sorted(path.name for path in (tmp_path / "data" / "objects" / "staging").iterdir())

    async with open_disk_store(tmp_path / "data" / "objects") as store:
        yield OpenStore(store, leftovers)


@pytest.fixture
async def s3(s3_server: S3Server) -> AsyncGenerator[OpenStore]:
    prefix = f"{uuid.uuid4().hex}/"

    async def leftovers() -> list[str]:
        objects = await opened._s3.call("list_objects_v2", Prefix=prefix)
        uploads: dict[str, Any] = {}
        with contextlib.suppress(NotThereError):  # what this server says where there are none
            uploads = await opened._s3.call("list_multipart_uploads")
        names = [entry["Key"] for entry in [*objects.get("Contents", []), *uploads.get("Uploads", [])]]
        ours = [name.removeprefix(prefix) for name in names if name.startswith(prefix)]
        return sorted(set(ours) - {entry.key async for entry in opened.list()})

    async with open_s3_store(s3_server.options(prefix)) as opened:
        yield OpenStore(opened, leftovers)


@pytest.fixture(params=["disk", "s3"])
def either(request: pytest.FixtureRequest) -> OpenStore:
    return cast("OpenStore", request.getfixturevalue(str(request.param)))


@pytest.fixture
def store(either: OpenStore) -> ObjectStore:
    return either.store


@pytest.fixture
def leftovers(either: OpenStore) -> Callable[[], Awaitable[list[str]]]:
    return either.leftovers
