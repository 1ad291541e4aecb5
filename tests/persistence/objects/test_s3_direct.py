"""What clients send to an S3 service and get from it themselves, over real HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from domain.storage.errors import ChecksumMismatchError, ObjectMissingError, SizeMismatchError
from domain.storage.objects import Expected, StoredObject, new_object_key
from persistence.objects.s3 import direct, open_s3_store
from tests.persistence.machine import PATIENCE
from tests.persistence.objects.bodies import all_of, keys_of, pieces_of, sha256, some_bytes

if TYPE_CHECKING:
    from domain.storage.objects import DirectUpload
    from tests.persistence.objects.conftest import OpenStore
    from tests.persistence.objects.s3_server import S3Server

DATA = some_bytes(500_000)
TYPE = "image/png"
SECONDS = 60


async def begun(opened: OpenStore, key: str, data: bytes = DATA) -> DirectUpload:
    upload = await opened.store.direct_upload(key, size=len(data), content_type=TYPE, sha256=None, seconds=SECONDS)
    assert upload is not None
    return upload


async def send(upload: DirectUpload, data: bytes = DATA) -> list[httpx.Response]:
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        return [
            await client.request(
                upload.method, part.url, content=data[part.offset : part.offset + part.size], headers=upload.headers
            )
            for part in upload.parts
        ]


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Objects of 500 kB count as larger than one PUT takes."""
    monkeypatch.setattr(direct, "_LARGEST_PUT", 400_000)
    monkeypatch.setattr(direct, "_PART", 200_000)
    monkeypatch.setattr("persistence.objects.s3.parts._MEBIBYTE", 1)


async def test_a_client_sends_an_object_by_one_put(s3: OpenStore) -> None:
    key = new_object_key()
    upload = await begun(s3, key)

    (answer,) = await send(upload)

    assert answer.is_success, answer.text
    stored = await s3.store.finish_direct(key, upload.token, [], Expected(len(DATA), sha256(DATA)))
    await s3.store.abandon_direct(key, upload.token)
    assert stored == StoredObject(stored.key, len(DATA), sha256(DATA))
    assert await all_of(s3.store, stored.key) == DATA
    assert await keys_of(s3.store) == [stored.key]
    assert await s3.leftovers() == []


async def test_addresses_are_those_by_which_clients_reach_the_service(s3_server: S3Server) -> None:
    key, public = new_object_key(), f"http://localhost:{s3_server.port}"
    async with open_s3_store(s3_server.options("public/", public_url=public)) as store:
        upload = await store.direct_upload(key, size=len(DATA), content_type=TYPE, sha256=None, seconds=SECONDS)
        assert upload is not None
        assert upload.parts[0].url.startswith(f"{public}/")

        (answer,) = await send(upload)

        assert answer.is_success, answer.text
        stored = await store.finish_direct(key, upload.token, [], Expected(len(DATA), sha256(DATA)))
        assert await all_of(store, stored.key) == DATA


@pytest.mark.usefixtures("parts")
@pytest.mark.parametrize("told", [True, False], ids=["etags", "no-etags"])
async def test_a_client_sends_a_large_object_in_parts(s3: OpenStore, told: bool) -> None:  # noqa: FBT001 - a parameter
    key = new_object_key()
    upload = await begun(s3, key)
    assert [part.size for part in upload.parts] == [200_000, 200_000, 100_000]

    answers = await send(upload)

    etags = [answer.headers["etag"] for answer in answers] if told else []
    await s3.store.finish_direct(key, upload.token, etags, Expected(len(DATA), sha256(DATA)))
    assert await all_of(s3.store, key) == DATA
    assert await s3.leftovers() == []


@pytest.mark.parametrize("kind", ["put", "parts"])
async def test_a_direct_upload_may_be_finished_again(s3: OpenStore, request: pytest.FixtureRequest, kind: str) -> None:
    if kind == "parts":
        request.getfixturevalue("parts")
    key = new_object_key()
    upload = await begun(s3, key)
    await send(upload)

    first = await s3.store.finish_direct(key, upload.token, [], Expected(len(DATA)))
    second = await s3.store.finish_direct(key, upload.token, [], Expected(len(DATA)))

    assert second == StoredObject(second.key, len(DATA), sha256(DATA))
    assert (first.key == second.key) is (kind == "parts")
    for each in (first, second):
        assert await all_of(s3.store, each.key) == DATA


async def test_what_is_sent_after_the_end_changes_nothing(s3: OpenStore) -> None:
    key = new_object_key()
    upload = await begun(s3, key)
    await send(upload)
    stored = await s3.store.finish_direct(key, upload.token, [], Expected(len(DATA)))

    await send(upload, some_bytes(len(DATA), seed=2))
    await s3.store.finish_direct(key, upload.token, [], Expected(len(DATA)))

    assert await all_of(s3.store, stored.key) == DATA


async def test_what_has_not_come_cannot_be_finished(s3: OpenStore) -> None:
    key = new_object_key()
    upload = await begun(s3, key)

    with pytest.raises(ObjectMissingError):
        await s3.store.finish_direct(key, upload.token, [], Expected(len(DATA)))


@pytest.mark.parametrize("kind", ["put", "parts"])
async def test_what_does_not_fit_is_removed(s3: OpenStore, request: pytest.FixtureRequest, kind: str) -> None:
    if kind == "parts":
        request.getfixturevalue("parts")
    key = new_object_key()
    for expected, error in (
        (Expected(len(DATA) + 1), SizeMismatchError),
        (Expected(len(DATA), sha256(b"another")), ChecksumMismatchError),
    ):
        upload = await begun(s3, key)
        await send(upload)

        with pytest.raises(error):
            await s3.store.finish_direct(key, upload.token, [], expected)

        assert await keys_of(s3.store) == []
        assert await s3.leftovers() == []


@pytest.mark.parametrize("header", ["Content-Type", "Content-Length"])
async def test_type_and_length_are_signed(s3: OpenStore, header: str) -> None:
    upload = await begun(s3, new_object_key())
    other = {"Content-Type": {"Content-Type": "text/html"}, "Content-Length": {"Content-Length": "10"}}[header]

    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        body = DATA[: int(other.get("Content-Length", len(DATA)))]
        answer = await client.put(upload.parts[0].url, content=body, headers={**upload.headers, **other})

    assert answer.status_code == 403


async def test_a_digest_is_signed_where_the_service_attests_it(s3_server: S3Server) -> None:
    async with open_s3_store(s3_server.options("attesting/", attests_sha256=True)) as store:
        upload = await store.direct_upload(
            new_object_key(), size=len(DATA), content_type=TYPE, sha256=sha256(DATA), seconds=SECONDS
        )

    assert upload is not None
    assert "x-amz-checksum-sha256" in upload.headers
    assert "x-amz-checksum-sha256" in upload.parts[0].url.lower()


@pytest.mark.parametrize("kind", ["put", "parts"])
async def test_an_abandoned_direct_upload_leaves_nothing(
    s3: OpenStore, request: pytest.FixtureRequest, kind: str
) -> None:
    if kind == "parts":
        request.getfixturevalue("parts")
    key = new_object_key()
    upload = await begun(s3, key)
    await send(upload)

    await s3.store.abandon_direct(key, upload.token)
    await s3.store.abandon_direct(key, upload.token)

    assert await keys_of(s3.store) == []
    assert await s3.leftovers() == []


@pytest.mark.parametrize("kind", ["put", "parts"])
async def test_a_sweep_removes_old_direct_uploads(s3: OpenStore, request: pytest.FixtureRequest, kind: str) -> None:
    if kind == "parts":
        request.getfixturevalue("parts")
    await send(await begun(s3, new_object_key()))

    assert await s3.store.sweep(datetime.now(UTC) - timedelta(days=1)) == 0
    assert await s3.store.sweep(datetime.now(UTC) + timedelta(days=1)) == 1

    assert await s3.leftovers() == []


async def test_a_client_gets_an_object(s3: OpenStore) -> None:
    key = new_object_key()
    await s3.store.write(key, pieces_of(DATA), Expected())

    url = await s3.store.direct_download(
        key, seconds=SECONDS, content_type=TYPE, disposition='attachment; filename="a b.png"', cache_control="no-store"
    )

    assert url is not None
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        answer = await client.get(url)
        part = await client.get(url, headers={"Range": "bytes=10-19"})
    assert (answer.status_code, answer.content) == (200, DATA)
    assert part.content == DATA[10:20]  # whose status is 206, but for the server of these tests


async def test_a_download_asks_for_its_headers(s3: OpenStore) -> None:
    url = await s3.store.direct_download(
        new_object_key(), seconds=SECONDS, content_type=TYPE, disposition="inline", cache_control="no-store"
    )

    assert url is not None
    asked = dict(httpx.URL(url).params)
    assert asked["response-content-type"] == TYPE
    assert asked["response-content-disposition"] == "inline"
    assert asked["response-cache-control"] == "no-store"
    assert asked["X-Amz-Expires"] == str(SECONDS)


async def test_no_secret_is_shown(s3: OpenStore) -> None:
    upload = await begun(s3, new_object_key())

    assert "Signature" not in repr(upload)
