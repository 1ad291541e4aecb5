"""The files of the benchmark: in selfgraph's store with their rows, and the same bytes in a folder."""

from __future__ import annotations

import os
import secrets
import time
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

import asyncpg

from domain.storage.addresses import signed_address
from domain.storage.files import etag_of
from domain.storage.objects import Expected, new_object_key
from domain.storage.signing import SIGNING_PURPOSE, AddressSigner, Right
from persistence.credentials.encryption import derive
from persistence.objects.disk import open_disk_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from domain.storage.objects import ObjectStore

    Connection = asyncpg.Connection[asyncpg.Record]

LARGE: Final = 1 << 30
SMALL: Final = 1024
COUNT: Final = 1000
"""Small files, asked for in turn."""
SECRET: Final = secrets.token_hex(32)
BUCKET: Final = "bench"
HOUR: Final = 3600
_BLOCK: Final = 1 << 20


async def make_files(database: str, objects: Path, folder: Path) -> tuple[list[str], list[str]]:
    """Make a large file and many small ones; gives selfgraph's signed addresses and the paths below the folder."""
    signer = AddressSigner(derive(SECRET, SIGNING_PURPOSE))
    addresses: list[str] = []
    names: list[str] = []
    connection = await asyncpg.connect(database)
    try:
        await connection.execute("INSERT INTO selfgraph.buckets (id, name) VALUES ($1, $2)", uuid4(), BUCKET)
        async with open_disk_store(objects) as store:
            for number in range(COUNT + 1):
                name = f"{number}.bin"
                file_id = await _make(connection, store, folder / name, LARGE if number == 0 else SMALL)
                right = Right("GET", file_id, int(time.time()) + HOUR, place=f"{BUCKET}/{name}")
                addresses.append(signed_address(BUCKET, name, right, signer))
                names.append(f"/{name}")
        await connection.execute("ANALYZE selfgraph.files")
    finally:
        await connection.close()
    return addresses, names


async def _make(connection: Connection, store: ObjectStore, copy: Path, size: int) -> UUID:
    key, file_id = new_object_key(), uuid4()
    with copy.open("wb") as file:

        async def body() -> AsyncIterator[bytes]:
            for start in range(0, size, _BLOCK):
                piece = os.urandom(min(_BLOCK, size - start))
                file.write(piece)
                yield piece

        stored = await store.write(key, body(), Expected(size=size))
    await connection.execute(
        """
        INSERT INTO selfgraph.files (id, bucket_id, path, object_key, size, content_type, sha256, etag, status)
        SELECT $1, id, $2, $3, $4, 'application/octet-stream', $5, $6, 'ready' FROM selfgraph.buckets WHERE name = $7
        """,
        *(file_id, copy.name, key, size, stored.sha256, etag_of(stored.sha256), BUCKET),
    )
    return file_id
