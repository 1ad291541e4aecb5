"""Callers who begin more uploads than they may: too many under way, or too many lately."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.graph.storage.site import running_site
from tests.graph.storage.uploading import CANCEL, COMPLETE, CREATE, PATIENCE, Caller, calling, code_of, somebody

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

    from persistence.embedded import EmbeddedServer
    from tests.graph.storage.site import Site

COPY = 'mutation($id: ID!) { copyFile(id: $id, path: "copy.txt") { path } }'
LET_ALL = """INSERT INTO selfgraph.file_rules (id, bucket_id, role, action, rule)
    SELECT gen_random_uuid(), id, 'anonymous', 'insert', '{}' FROM selfgraph.buckets WHERE name = $1"""


@pytest.fixture(scope="module")
def narrow(embedded_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    """A server that lets a caller have two uploads under way."""
    with running_site(embedded_server.url, tmp_path_factory.mktemp("data"), upload_max_pending=2) as site:
        yield site


@pytest.fixture
def slow(embedded_server: EmbeddedServer, tmp_path: Path) -> Generator[Site]:
    """A server that lets a caller begin four uploads in an hour."""
    with running_site(embedded_server.url, tmp_path, rate_limit_uploads="4/hour") as site:
        yield site


@asynccontextmanager
async def stranger(site: Site) -> AsyncGenerator[Caller]:
    async with httpx.AsyncClient(base_url=site.url, timeout=PATIENCE) as http:
        yield Caller(site, http)


async def refusal(caller: Caller, bucket: str, path: str = "more.txt") -> dict[str, Any]:
    """What `createUpload` is refused with."""
    answer = await caller.answer(CREATE, {"input": {"bucket": bucket, "path": path, "size": "5"}})
    (error,) = answer["errors"]
    extensions: dict[str, Any] = error["extensions"]
    return extensions


async def test_no_way_of_beginning_an_upload_leads_past_the_most_under_way(narrow: Site) -> None:
    async with somebody(narrow) as ann:
        bucket = await narrow.bucket(owner=ann.id)
        await ann.create(bucket, "a.txt", 5)
        assert (await ann.tus(bucket, "b.txt", 5)).status_code == 201

        refused = await refusal(ann, bucket)
        by_tus = await ann.tus(bucket, "more.txt", 5)
        by_form = await ann.upload_code(bucket, "more.txt", b"hello")

        assert refused["code"] == by_form == code_of(by_tus) == "RATE_LIMITED"
        assert by_tus.status_code == 429
        # When the first of the two is over, unless it is completed before.
        assert 0 < int(by_tus.headers["retry-after"]) <= refused["retryAfter"] <= narrow.settings.upload_expiry


async def test_what_is_completed_cancelled_or_over_makes_room(narrow: Site) -> None:
    async with somebody(narrow) as ann:
        bucket = await narrow.bucket(owner=ann.id)
        first = await ann.create(bucket, "a.txt", 5)
        await ann.create(bucket, "b.txt", 5)
        assert (await refusal(ann, bucket))["code"] == "RATE_LIMITED"

        await ann.http.put(first["url"], content=b"hello")
        await ann.data(COMPLETE, {"id": first["id"]})
        third = await ann.create(bucket, "c.txt", 5)
        assert (await refusal(ann, bucket))["code"] == "RATE_LIMITED"

        await ann.data(CANCEL, {"id": third["id"]})
        fourth = await ann.create(bucket, "d.txt", 5)
        assert (await refusal(ann, bucket))["code"] == "RATE_LIMITED"

        await narrow.execute(
            "UPDATE selfgraph.uploads SET expires_at = now() WHERE file_id = $1::text::uuid", fourth["id"]
        )
        assert (await ann.create(bucket, "e.txt", 5))["id"]


async def test_nobody_is_held_to_the_uploads_of_somebody_else(narrow: Site) -> None:
    async with somebody(narrow) as ann, somebody(narrow) as bob, calling(narrow) as operator:
        shelf, box = await narrow.bucket(owner=ann.id), await narrow.bucket(owner=bob.id)
        for path in ("a.txt", "b.txt"):
            await ann.create(shelf, path, 5)

        assert (await bob.create(box, "a.txt", 5))["id"]
        for number in range(4):  # the service key has no limit
            assert (await operator.create(shelf, f"{number}.txt", 5))["id"]
        assert (await refusal(ann, shelf))["code"] == "RATE_LIMITED"


async def test_strangers_are_counted_by_address(narrow: Site) -> None:
    bucket = await narrow.bucket()
    await narrow.execute(LET_ALL, bucket)
    async with stranger(narrow) as one, stranger(narrow) as another:
        await one.create(bucket, "a.txt", 5)
        await another.create(bucket, "b.txt", 5)

        assert (await refusal(one, bucket))["code"] == "RATE_LIMITED"
    assert await narrow.values("SELECT DISTINCT subject FROM selfgraph.uploads WHERE subject LIKE 'address:%'") == [
        "address:127.0.0.1"
    ]


async def test_a_refused_upload_leaves_nothing(narrow: Site) -> None:
    async with somebody(narrow) as ann:
        bucket = await narrow.bucket(owner=ann.id)
        for path in ("a.txt", "b.txt"):
            await ann.create(bucket, path, 5)

        await refusal(ann, bucket)

    assert await narrow.values("SELECT used_bytes FROM selfgraph.buckets WHERE name = $1", bucket) == [10]


async def test_who_may_not_add_files_is_told_so_and_not_of_a_limit(narrow: Site) -> None:
    async with somebody(narrow) as ann:
        mine, shelf = await narrow.bucket(owner=ann.id), await narrow.bucket(public=True)
        for path in ("a.txt", "b.txt"):
            await ann.create(mine, path, 5)

        assert (await refusal(ann, shelf))["code"] == "FORBIDDEN"


async def test_all_ways_of_beginning_an_upload_have_one_rate(slow: Site) -> None:
    async with somebody(slow) as ann, somebody(slow) as bob:
        bucket = await slow.bucket(owner=ann.id)
        file = await ann.uploaded(bucket, "a.txt", b"hello")
        assert (await ann.tus(bucket, "b.txt", 5)).status_code == 201
        await ann.create(bucket, "c.txt", 5)
        await ann.data(COPY, {"id": file["id"]})

        refused = await refusal(ann, bucket)
        by_tus = await ann.tus(bucket, "more.txt", 5)

        assert (refused["code"], await ann.upload_code(bucket, "more.txt", b"hello")) == ("RATE_LIMITED",) * 2
        assert await ann.code(COPY, {"id": file["id"]}) == "RATE_LIMITED"
        assert (by_tus.status_code, code_of(by_tus)) == (429, "RATE_LIMITED")
        assert 0 < int(by_tus.headers["retry-after"]) <= 3600
        assert 0 < refused["retryAfter"] <= 3600
        assert (await bob.create(await slow.bucket(owner=bob.id), "a.txt", 5))["id"]


async def test_the_service_key_has_no_rate(slow: Site) -> None:
    bucket = await slow.bucket()
    async with calling(slow) as operator:
        for number in range(6):
            assert (await operator.create(bucket, f"{number}.txt", 5))["id"]
