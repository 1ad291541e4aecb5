"""Uploads where objects are kept in a bucket that speaks S3."""

from __future__ import annotations

import hashlib
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.graph.storage.site import running_site
from tests.graph.storage.uploading import CANCEL, COMPLETE, nothing_is_left, somebody
from tests.persistence.objects.s3_server import ACCESS_KEY, BUCKET, SECRET_KEY, S3Server

if TYPE_CHECKING:
    from collections.abc import Generator

    from persistence.embedded import EmbeddedServer
    from tests.graph.storage.site import Site
    from tests.graph.storage.uploading import Caller

BODY = bytes(range(256)) * 50_000
SHA256 = hashlib.sha256(BODY).hexdigest()


@pytest.fixture(scope="module")
def site(embedded_server: EmbeddedServer, scratch: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    with tempfile.TemporaryDirectory(prefix="selfgraph-s3-", dir=scratch) as folder:
        server = S3Server.make(Path(folder))
        server.start()
        settings = {
            "storage_backend": "s3",
            "s3_endpoint_url": server.url,
            "s3_bucket": BUCKET,
            "s3_access_key_id": ACCESS_KEY,
            "s3_secret_access_key": SECRET_KEY,
            "s3_addressing": "path",
        }
        try:
            with running_site(embedded_server.url, tmp_path_factory.mktemp("data"), **settings) as site:
                yield site
        finally:
            server.stop()


async def send(caller: Caller, bucket: str, body: bytes, **given: str) -> str:
    """The id of an upload whose bytes the client has sent to the storage itself."""
    target = await caller.create(bucket, "a.bin", len(body), **given)
    assert "/files/uploads/" not in target["url"]
    headers = {each["name"]: each["value"] for each in target["headers"]}
    async with httpx.AsyncClient() as anybody:
        response = await anybody.request(target["method"], target["url"], content=body, headers=headers)
    assert response.is_success, response.text
    upload_id: str = target["id"]
    return upload_id


async def test_a_file_of_a_form_is_added(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)

        assert (await ann.uploaded(bucket, "a.bin", BODY))["sha256"] == SHA256
        assert (await ann.http.get(f"/files/{bucket}/a.bin")).content == BODY


async def test_bytes_sent_to_the_storage_itself_become_a_file(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)

        upload_id = await send(ann, bucket, BODY, checksum=SHA256)
        file = await ann.data(COMPLETE, {"id": upload_id})

        assert (file["id"], file["sha256"], file["status"]) == (upload_id, SHA256, "READY")
        assert (await ann.http.get(f"/files/{bucket}/a.bin")).content == BODY


async def test_bytes_that_are_not_what_was_said_end_the_upload(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)

        for given in ({"checksum": "0" * 64}, {"contentType": "image/png"}):
            assert await ann.code(COMPLETE, {"id": await send(ann, bucket, BODY, **given)}) == "VALIDATION"
            assert await nothing_is_left(site, bucket)


async def test_an_upload_that_was_not_sent_is_not_completed(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        target = await ann.create(bucket, "a", 5)

        assert await ann.code(COMPLETE, {"id": target["id"]}) == "CONFLICT"
        assert (await ann.http.put(f"/files/uploads/{target['id']}", content=b"hello")).status_code == 403
        assert await ann.data(CANCEL, {"id": target["id"]}) is True
        assert await nothing_is_left(site, bucket)


async def test_pieces_of_any_size_become_a_file(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        place = (await ann.tus(bucket, "a.bin", len(BODY))).headers["location"]

        ends = [0, 1, 1000, 6 << 20, (6 << 20) + 5, len(BODY)]
        for start, end in pairwise(ends):
            response = await ann.patch(place, start, BODY[start:end])
            assert (response.status_code, response.headers["upload-offset"]) == (204, str(end))

        assert (await ann.http.get(f"/files/{bucket}/a.bin")).content == BODY


async def test_an_upload_is_terminated(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        place = (await ann.tus(bucket, "a.bin", len(BODY), BODY[:1000])).headers["location"]

        assert (await ann.http.delete(place, headers={"Tus-Resumable": "1.0.0"})).status_code == 204
        assert await nothing_is_left(site, bucket)
