"""How many uploads a caller may have under way, whoever else begins some in the same moment."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.actor import ANYBODY
from domain.client import Client
from domain.errors import SelfgraphError
from domain.storage.content_types import ExtensionTypes
from domain.storage.errors import TooManyUploadsError
from domain.storage.files import UploadKind
from domain.storage.uploads import BeginUpload, NewUpload
from tests.persistence.storage.kept import keeping_shelves
from tests.persistence.storage.limits import upload_limits

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from tests.persistence.storage.kept import Kept

MOST = 3
CALLS = 12


@pytest.fixture
async def kept(migrated_database: str, tmp_path: Path) -> AsyncGenerator[Kept]:
    async with keeping_shelves(migrated_database, tmp_path) as kept:
        await kept.execute(
            "INSERT INTO selfgraph.file_rules VALUES (gen_random_uuid(), NULL, 'anonymous', 'insert', '{}')"
        )
        yield kept


async def test_calls_in_the_same_moment_do_not_pass_the_limit_together(kept: Kept) -> None:
    begin = BeginUpload(kept.open, kept.authority, ExtensionTypes(), upload_limits(most=MOST))

    async def attempt(number: int) -> str:
        client = Client(f"192.0.2.{number % 2}", "")
        try:
            # Without bytes: those that have some also wait for the row of the bucket.
            await begin(ANYBODY, client, UploadKind.FORM, NewUpload("shelf", f"{number}.txt", 0))
        except TooManyUploadsError:
            return "refused"
        except SelfgraphError as error:
            return error.code
        return "begun"

    outcomes = await asyncio.gather(*map(attempt, range(CALLS)))

    assert sorted(outcomes) == ["begun"] * 2 * MOST + ["refused"] * (CALLS - 2 * MOST)
    async with kept.database.acquire() as connection:
        counts = await connection.fetch("SELECT subject, count(*) FROM selfgraph.uploads GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in counts] == [("address:192.0.2.0", MOST), ("address:192.0.2.1", MOST)]


async def test_a_refusal_says_when_the_time_of_one_is_over(kept: Kept) -> None:
    begin = BeginUpload(kept.open, kept.authority, ExtensionTypes(), upload_limits(most=2))
    for path in ("a", "b"):
        await begin(ANYBODY, Client("192.0.2.1", ""), UploadKind.FORM, NewUpload("shelf", path, 0))
    # Another setting let it begin a third, which is over first and does not yet make room.
    await kept.execute("UPDATE selfgraph.uploads SET expires_at = now() + interval '10 min'")
    await kept.execute("""
        WITH file AS (
            INSERT INTO selfgraph.files (id, bucket_id, path, object_key, size, content_type, status)
            SELECT gen_random_uuid(), bucket_id, 'c', 'c', 0, 'text/plain', 'pending' FROM selfgraph.files LIMIT 1
            RETURNING id)
        INSERT INTO selfgraph.uploads (file_id, kind, subject, expires_at)
        SELECT id, 'form', 'address:192.0.2.1', now() + interval '1 min' FROM file""")

    with pytest.raises(TooManyUploadsError) as caught:
        await begin(ANYBODY, Client("192.0.2.1", ""), UploadKind.FORM, NewUpload("shelf", "d", 0))

    assert 60 < caught.value.retry_after <= 600
