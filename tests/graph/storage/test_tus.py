"""Uploads by tus that go on after a break."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import uuid
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import pytest

from graph.transport.files.tus_headers import metadata_of
from tests.graph.storage.site import connected
from tests.graph.storage.test_create_upload import allow, until
from tests.graph.storage.uploading import (
    COMPLETE,
    PIECE,
    calling,
    code_of,
    newcomer,
    nothing_is_left,
    rows,
    somebody,
    staged,
    tus_metadata,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.graph.storage.site import Site

BODY = bytes(range(256)) * 8000
HALF = len(BODY) // 2
TUS = {"Tus-Resumable": "1.0.0"}


def checksum(body: bytes, algorithm: str = "sha256") -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, body).digest()).decode()}"


async def test_pieces_become_a_file(site: Site) -> None:
    async with newcomer(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        made = await ann.tus(bucket, "a.bin", len(BODY), metadata='{"a": 1}', contentType="application/x-mine")
        place = made.headers["location"]
        assert (made.status_code, made.headers["upload-offset"]) == (201, "0")
        assert parsedate_to_datetime(made.headers["upload-expires"]).year > 2000

        first = await ann.patch(place, 0, BODY[:HALF])
        before = await ann.http.get(f"/files/{bucket}/a.bin")
        known = await ann.offset(place)
        last = await ann.patch(place, HALF, BODY[HALF:])

        assert (first.status_code, first.headers["upload-offset"], known) == (204, str(HALF), HALF)
        assert before.status_code == 404
        assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(BODY)))
        assert await ann.offset(place) == len(BODY)
        got = await ann.http.get(f"/files/{bucket}/a.bin")
        assert (got.content, got.headers["content-type"]) == (BODY, "application/x-mine")
        assert await rows(
            site, "SELECT metadata::text FROM selfgraph.files WHERE path = 'a.bin' AND owner_id = $1", ann.id
        ) == [('{"a": 1}',)]
        assert staged(site) == []


async def test_what_was_said_of_an_upload_is_told(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        said = {"filetype": "application/x-mine", "metadata": '{"a": 1}'}
        place = (await ann.tus(bucket, "ä/b", 10, None, **said)).headers["location"]

        told = await ann.http.head(place, headers=TUS)

        assert (told.headers["upload-length"], told.headers["upload-offset"]) == ("10", "0")
        assert metadata_of(told.headers["upload-metadata"]) == {"bucket": bucket, "path": "ä/b", **said}


async def test_a_creation_may_carry_bytes(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)

        whole = await ann.tus(bucket, "whole", 5, b"hello")
        part = await ann.tus(bucket, "part", 5, b"he")
        empty = await ann.tus(bucket, "empty", 0)

        assert [each.headers["upload-offset"] for each in (whole, part, empty)] == ["5", "2", "0"]
        assert (await ann.patch(part.headers["location"], 2, b"llo")).status_code == 204
        for path, body in (("whole", b"hello"), ("part", b"hello"), ("empty", b"")):
            assert (await ann.http.get(f"/files/{bucket}/{path}")).content == body


async def test_what_came_before_a_break_is_kept(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        place = (await ann.tus(bucket, "a", len(BODY))).headers["location"]

        async with connected(site) as (_, writer):
            writer.write(_head(place, ann.http.headers, len(BODY)) + BODY[:HALF])
            await writer.drain()

        async def kept() -> bool:
            return await ann.offset(place) > 0

        await until(kept)
        offset = await ann.offset(place)
        assert 0 < offset <= HALF
        assert (await ann.patch(place, offset, BODY[offset:])).status_code == 204
        assert (await ann.http.get(f"/files/{bucket}/a")).content == BODY


async def test_a_piece_that_is_not_what_follows_is_a_conflict(site: Site) -> None:
    async with somebody(site) as ann:
        place = (await ann.tus(await site.bucket(owner=ann.id), "a", 10)).headers["location"]
        assert (await ann.patch(place, 0, b"01234")).status_code == 204

        for offset in (0, 4, 6, 10):
            response = await ann.patch(place, offset, b"x")
            assert (response.status_code, code_of(response)) == (409, "CONFLICT")

        assert await ann.offset(place) == 5


async def test_a_piece_beyond_the_size_is_refused_and_dropped(site: Site) -> None:
    async with somebody(site) as ann:
        place = (await ann.tus(await site.bucket(owner=ann.id), "a", 10)).headers["location"]

        response = await ann.patch(place, 0, b"x" * 11)

        assert (response.status_code, code_of(response)) == (413, "PAYLOAD_TOO_LARGE")
        assert await ann.offset(place) == 0


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
async def test_a_piece_is_held_against_its_checksum(site: Site, algorithm: str) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        place = (await ann.tus(bucket, "a", 10)).headers["location"]

        wrong = await ann.patch(place, 0, b"01234", Upload_Checksum=checksum(b"other", algorithm))
        assert (wrong.status_code, code_of(wrong)) == (460, "VALIDATION")
        assert await ann.offset(place) == 0
        assert (await ann.patch(place, 0, b"01234", Upload_Checksum=checksum(b"01234", algorithm))).status_code == 204
        assert (await ann.patch(place, 5, b"56789", Upload_Checksum=checksum(b"56789", algorithm))).status_code == 204
        assert (await ann.http.get(f"/files/{bucket}/a")).content == b"0123456789"


async def test_an_unknown_checksum_is_a_bad_request(site: Site) -> None:
    async with somebody(site) as ann:
        place = (await ann.tus(await site.bucket(owner=ann.id), "a", 10)).headers["location"]

        for said in ("md5 aGVsbG8=", "sha1 !", "nonsense"):
            response = await ann.patch(place, 0, b"01234", Upload_Checksum=said)
            assert (response.status_code, code_of(response)) == (400, "BAD_REQUEST")


async def test_bytes_that_are_not_what_was_said_end_the_upload(site: Site) -> None:
    async with somebody(site) as ann:
        bucket, before = await site.bucket(owner=ann.id), staged(site)
        for name, text in (("checksum", "0" * 64), ("filetype", "image/png")):
            place = (await ann.tus(bucket, "a", 5, None, **{name: text})).headers["location"]

            response = await ann.patch(place, 0, b"hello")

            assert (response.status_code, code_of(response)) == (400, "VALIDATION")
            head = await ann.http.head(place, headers=TUS)
            assert head.status_code == 404
            assert await nothing_is_left(site, bucket)
        assert staged(site) == before


async def test_two_who_send_at_once_do_not_mix(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        place = (await ann.tus(bucket, "a", len(BODY))).headers["location"]

        async def slowly(body: bytes) -> AsyncGenerator[bytes]:
            for start in range(0, len(body), 100_000):
                yield body[start : start + 100_000]
                await asyncio.sleep(0)

        answers = await asyncio.gather(*(ann.patch(place, 0, slowly(BODY)) for _ in range(4)))

        statuses = sorted(each.status_code for each in answers)
        assert statuses.count(204) == 1
        assert set(statuses[1:]) <= {404, 409, 423}
        assert (await ann.http.get(f"/files/{bucket}/a")).content == BODY


async def test_an_upload_is_terminated(site: Site) -> None:
    async with somebody(site) as ann:
        bucket, before = await site.bucket(owner=ann.id), staged(site)
        place = (await ann.tus(bucket, "a", 10, b"01234")).headers["location"]

        response = await ann.http.delete(place, headers=TUS)

        assert response.status_code == 204
        assert (await ann.http.head(place, headers=TUS)).status_code == 404
        assert (await ann.patch(place, 5, b"56789")).status_code == 404
        assert await nothing_is_left(site, bucket)
        assert staged(site) == before


async def test_an_upload_expires(site: Site) -> None:
    async with somebody(site) as ann:
        place = (await ann.tus(await site.bucket(owner=ann.id), "a", 10)).headers["location"]
        await site.execute("UPDATE selfgraph.uploads SET expires_at = now() - interval '1 second'")

        assert (await ann.http.head(place, headers=TUS)).status_code == 410
        assert (await ann.patch(place, 0, b"01234")).status_code == 410


async def test_an_upload_is_nobody_elses(site: Site) -> None:
    async with somebody(site) as ann, somebody(site) as bob, calling(site, **{"x-nothing": "1"}) as stranger:
        place = (await ann.tus(await site.bucket(owner=ann.id), "a", 10)).headers["location"]

        for other in (bob, stranger):
            assert (await other.http.head(place, headers=TUS)).status_code == 404
            assert (await other.patch(place, 0, b"01234")).status_code == 404
            assert (await other.http.delete(place, headers=TUS)).status_code == 404
        assert await ann.code(COMPLETE, {"id": place.rpartition("/")[2]}) == "NOT_FOUND"
        assert await ann.offset(place) == 0


async def test_what_may_not_be_added_is_not_begun(site: Site) -> None:
    async with somebody(site) as ann, somebody(site) as bob:
        bucket = await site.bucket(owner=ann.id)
        await ann.uploaded(bucket, "taken", b"hello")
        await site.execute("UPDATE selfgraph.buckets SET quota = 100, max_file_size = 200 WHERE name = $1", bucket)

        statuses = {
            "taken": (await ann.tus(bucket, "taken", 5)).status_code,
            "others": (await bob.tus(bucket, "a", 5)).status_code,
            "large": (await ann.tus(bucket, "a", 201)).status_code,
            "full": (await ann.tus(bucket, "a", 150)).status_code,
            "path": (await ann.tus(bucket, "../a", 5)).status_code,
        }

        assert statuses == {"taken": 409, "others": 404, "large": 413, "full": 413, "path": 400}


async def test_a_path_that_is_taken_meanwhile_is_a_conflict_at_the_end(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        place = (await ann.tus(bucket, "a", 5)).headers["location"]
        over = (await ann.tus(bucket, "a", 5, overwrite="true")).headers["location"]
        await ann.uploaded(bucket, "a", b"first")

        late = await ann.patch(place, 0, b"hello")

        assert (late.status_code, code_of(late)) == (409, "CONFLICT")
        assert (await ann.patch(over, 0, b"other")).status_code == 204
        assert (await ann.http.get(f"/files/{bucket}/a")).content == b"other"
        assert await rows(site, "SELECT used_bytes FROM selfgraph.buckets WHERE name = $1", bucket) == [(5,)]


async def test_the_capabilities_are_told(site: Site) -> None:
    async with calling(site, **{"x-nothing": "1"}) as stranger:
        response = await stranger.http.options("/files/tus")

        told = {name: response.headers[name] for name in ("tus-version", "tus-extension", "tus-checksum-algorithm")}
        assert response.status_code == 204
        assert told == {
            "tus-version": "1.0.0",
            "tus-extension": "creation,creation-with-upload,expiration,checksum,termination",
            "tus-checksum-algorithm": "sha256,sha1",
        }


async def test_another_version_is_refused(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        headers = {"Upload-Length": "5", "Upload-Metadata": tus_metadata(bucket=bucket, path="a")}

        for version in ({}, {"Tus-Resumable": "0.2.2"}):
            response = await ann.http.post("/files/tus", headers=headers | version)
            assert (response.status_code, response.headers["tus-version"]) == (412, "1.0.0")


async def test_a_method_may_be_named_by_a_header(site: Site) -> None:
    async with somebody(site) as ann:
        place = (await ann.tus(await site.bucket(owner=ann.id), "a", 10)).headers["location"]
        headers = {**PIECE, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}

        response = await ann.http.post(place, headers=headers, content=b"01234")

        assert (response.status_code, response.headers["upload-offset"]) == (204, "5")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": ""}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "x"}, 400),
        ({"Upload-Length": "9" * 40}, 400),
        ({"Upload-Length": str(6 * 1024**4)}, 413),
        ({"Upload-Metadata": "bucket !"}, 400),
        ({"Upload-Metadata": f"bucket {base64.b64encode(bytes([255])).decode()}"}, 400),
        ({"Upload-Metadata": ""}, 400),
        ({"Content-Encoding": "gzip"}, 415),
        ({"apikey": "wrong"}, 401),
    ],
)
async def test_a_wrong_request_is_refused(site: Site, headers: dict[str, str], status: int) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        good = {**TUS, "Upload-Length": "5", "Upload-Metadata": tus_metadata(bucket=bucket, path="a")}

        assert (await ann.http.post("/files/tus", headers=good | headers)).status_code == status
        assert await nothing_is_left(site, bucket)


@pytest.mark.parametrize("said", [{}, {"bucket": "photos"}, {"path": "a"}])
async def test_an_upload_without_bucket_or_path_is_told_what_it_lacks(site: Site, said: dict[str, str]) -> None:
    async with somebody(site) as ann:
        headers = {**TUS, "Upload-Length": "5", "Upload-Metadata": tus_metadata(**said)}
        error = (await ann.http.post("/files/tus", headers=headers)).json()["errors"][0]

        assert error["message"] == "Upload-Metadata has to name the bucket and the path."


async def test_a_wrong_piece_is_refused(site: Site) -> None:
    async with somebody(site) as ann:
        place = (await ann.tus(await site.bucket(owner=ann.id), "a", 10)).headers["location"]

        assert (await ann.http.patch(place, headers={**TUS, "Upload-Offset": "0"}, content=b"x")).status_code == 415
        assert (await ann.http.patch(place, headers=PIECE, content=b"x")).status_code == 400
        assert (await ann.patch(f"/files/tus/{uuid.uuid4()}", 0, b"x")).status_code == 404
        assert (await ann.patch("/files/tus/x", 0, b"x")).status_code == 404
        assert (await ann.http.put(place, headers=TUS)).status_code == 405
        assert (await ann.http.get("/files/tus", headers=TUS)).status_code == 405
        assert await ann.offset(place) == 0


def _head(path: str, headers: Any, length: int) -> bytes:
    sent = {**dict(headers), **PIECE, "Upload-Offset": "0", "Content-Length": str(length), "Host": "test"}
    lines = [f"PATCH {path} HTTP/1.1", *(f"{name}: {text}" for name, text in sent.items()), "", ""]
    return "\r\n".join(lines).encode()


async def test_who_may_only_add_is_told_that_all_has_come(site: Site) -> None:
    async with somebody(site) as ann, somebody(site) as bob:
        bucket = await site.bucket()
        await allow(site, bucket, "insert")
        place = (await ann.tus(bucket, "a.bin", len(BODY), BODY)).headers["location"]

        assert await ann.offset(place) == len(BODY)
        assert (await bob.http.head(place, headers=TUS)).status_code == 404
