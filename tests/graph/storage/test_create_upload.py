"""Uploads to signed addresses."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import uuid
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.graph.storage.site import connected, running_site
from tests.graph.storage.uploading import (
    CANCEL,
    COMPLETE,
    CREATE,
    calling,
    code_of,
    nothing_is_left,
    rows,
    somebody,
    staged,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from persistence.embedded import EmbeddedServer
    from tests.graph.storage.site import Site

BODY = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(BODY).hexdigest()
STEPS = 400


@pytest.fixture(scope="module")
def impatient(embedded_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    with running_site(embedded_server.url, tmp_path_factory.mktemp("data"), storage_timeout=1) as site:
        yield site


async def until(condition: Callable[[], Any]) -> None:
    """Wait until something is so that nothing tells of."""
    for _ in range(STEPS):
        if await condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never came true")


async def pieces(body: bytes) -> AsyncGenerator[bytes]:
    for start in range(0, len(body), 100_000):
        yield body[start : start + 100_000]


async def test_bytes_sent_to_the_address_become_a_file(site: Site) -> None:
    async with somebody(site) as ann, httpx.AsyncClient(base_url=site.url) as anybody:
        bucket = await site.bucket(owner=ann.id)
        target = await ann.create(bucket, "a.bin", len(BODY), checksum=SHA256, metadata={"a": 1})
        assert (target["method"], target["file"]["status"], target["file"]["path"]) == ("PUT", "PENDING", "a.bin")
        assert [part["url"] for part in target["parts"]] == [target["url"]]
        assert await rows(site, "SELECT used_bytes FROM selfgraph.buckets WHERE name = $1", bucket) == [(len(BODY),)]

        sent = await anybody.put(target["url"], content=BODY)
        before = await ann.http.get(f"/files/{bucket}/a.bin")
        file = await ann.data(COMPLETE, {"id": target["id"]})

        assert (sent.status_code, sent.headers["etag"]) == (200, file["etag"])
        assert before.status_code == 404
        assert (file["id"], file["sha256"], file["status"], file["metadata"]) == (
            target["id"],
            SHA256,
            "READY",
            {"a": 1},
        )
        assert (await ann.http.get(f"/files/{bucket}/a.bin")).content == BODY
        assert await ann.data(COMPLETE, {"id": target["id"]}) == file


@pytest.mark.parametrize(
    ("path", "given", "taken"),
    [
        ("a", {}, False),
        ("a.bin", {}, False),
        ("a.txt", {}, False),
        ("a.png", {}, True),
        ("a.PNG", {}, True),
        ("a", {"contentType": "image/png"}, True),
        ("a.txt", {"contentType": "image/webp"}, True),
        ("a.png", {"contentType": "text/plain"}, False),
    ],
)
async def test_a_type_that_a_bucket_does_not_take_is_refused_before_the_bytes(
    site: Site, path: str, given: dict[str, Any], *, taken: bool
) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        await site.execute("UPDATE selfgraph.buckets SET allowed_types = '{image/*}' WHERE name = $1", bucket)

        answer = await ann.answer(CREATE, {"input": {"bucket": bucket, "path": path, "size": "5", **given}})
        tus = await ann.tus(bucket, path, 5, **given)

        assert tus.status_code == (201 if taken else 400), tus.text
        if taken:
            assert "errors" not in answer
            await ann.data(CANCEL, {"id": answer["data"]["createUpload"]["id"]})
            await ann.http.delete(tus.headers["location"], headers={"Tus-Resumable": "1.0.0"})
        else:
            assert answer["errors"][0]["extensions"]["code"] == code_of(tus) == "VALIDATION"
            assert await nothing_is_left(site, bucket)


async def test_who_may_only_add_is_answered_again_what_was_completed(site: Site) -> None:
    async with somebody(site) as ann, somebody(site) as bob, calling(site) as admin:
        bucket = await site.bucket()
        await allow(site, bucket, "insert")
        target = await ann.create(bucket, "a.bin", len(BODY))
        await ann.http.put(target["url"], content=BODY)

        file = await ann.data(COMPLETE, {"id": target["id"]})

        assert await ann.data(COMPLETE, {"id": target["id"]}) == file
        assert await bob.code(COMPLETE, {"id": target["id"]}) == "NOT_FOUND"
        assert await admin.code(COMPLETE, {"id": target["id"]}) == "NOT_FOUND"
        # What becomes of it is not for those who may not read it.
        move = 'mutation($id: ID!) { moveFile(id: $id, path: "b.bin") { path } }'
        await admin.data(move, {"id": target["id"]})
        assert await ann.code(COMPLETE, {"id": target["id"]}) == "NOT_FOUND"
        await allow(site, bucket, "select")
        assert (await ann.data(COMPLETE, {"id": target["id"]}))["path"] == "b.bin"
        assert await bob.code(COMPLETE, {"id": target["id"]}) == "NOT_FOUND"


async def test_a_deleted_file_is_not_answered_once_more(site: Site) -> None:
    async with somebody(site) as ann, calling(site) as admin:
        bucket = await site.bucket()
        await allow(site, bucket, "insert")
        target = await ann.create(bucket, "a.bin", len(BODY))
        await ann.http.put(target["url"], content=BODY)
        await ann.data(COMPLETE, {"id": target["id"]})
        await admin.data("mutation($id: ID!) { deleteFile(id: $id) { id } }", {"id": target["id"]})

        assert await ann.code(COMPLETE, {"id": target["id"]}) == "NOT_FOUND"


async def test_strangers_are_not_told_what_a_stranger_has_added(site: Site) -> None:
    async with calling(site, accept="application/json") as stranger:
        bucket = await site.bucket()
        await allow(site, bucket, "insert", "anonymous")
        target = await stranger.create(bucket, "a.bin", len(BODY))
        await stranger.http.put(target["url"], content=BODY)
        await stranger.data(COMPLETE, {"id": target["id"]})

        # By now others may know its id, and a stranger is anybody.
        assert await stranger.code(COMPLETE, {"id": target["id"]}) == "NOT_FOUND"


async def allow(site: Site, bucket: str, action: str, role: str = "user") -> None:
    await site.execute(
        "INSERT INTO selfgraph.file_rules SELECT gen_random_uuid(), id, $2, $3, '{}' FROM selfgraph.buckets"
        " WHERE name = $1",
        *(bucket, role, action),
    )


async def test_a_body_of_unannounced_length_is_taken(site: Site) -> None:
    async with somebody(site) as ann:
        target = await ann.create(await site.bucket(owner=ann.id), "a", len(BODY))

        assert (await ann.http.put(target["url"], content=pieces(BODY))).status_code == 200
        assert (await ann.data(COMPLETE, {"id": target["id"]}))["sha256"] == SHA256


@pytest.mark.parametrize("sent", [BODY[:-1], BODY + b"x", b"", BODY * 3])
@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_of_another_length_ends_the_upload(site: Site, sent: bytes, *, announced: bool) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        target = await ann.create(bucket, "a", len(BODY))

        response = await ann.http.put(target["url"], content=sent if announced else pieces(sent))

        assert (response.status_code, code_of(response)) == (400, "VALIDATION")
        assert await ann.code(COMPLETE, {"id": target["id"]}) == "NOT_FOUND"
        assert await nothing_is_left(site, bucket)
        assert staged(site) == []


async def test_a_body_with_another_digest_ends_the_upload(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        other = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
        for given, headers in (
            ({"checksum": "0" * 64}, {}),
            ({}, {"Content-Digest": f"sha-256=:{other}:"}),
            ({"checksum": SHA256}, {"X-Checksum-Sha256": other}),
        ):
            target = await ann.create(bucket, "a", len(BODY), **given)

            response = await ann.http.put(target["url"], content=BODY, headers=headers)

            assert (response.status_code, code_of(response)) == (400, "VALIDATION")
            assert await nothing_is_left(site, bucket)


async def test_bytes_of_another_type_end_the_upload(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        body = b"<html>" + b" " * 5000
        target = await ann.create(bucket, "a.png", len(body), contentType="image/png")

        response = await ann.http.put(target["url"], content=body)

        assert (response.status_code, code_of(response)) == (400, "VALIDATION")
        assert await nothing_is_left(site, bucket)


async def test_a_client_that_hangs_up_leaves_nothing(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        target = await ann.create(bucket, "a", len(BODY))

        async with connected(site) as (_, writer):
            writer.write(_head(target["url"], len(BODY)) + BODY[:500_000])
            await writer.drain()
            await until(lambda: _received(site, target["id"]))

        await until(lambda: nothing_is_left(site, bucket))
        assert staged(site) == []


async def test_a_client_that_falls_silent_is_given_up(impatient: Site) -> None:
    async with somebody(impatient) as ann:
        bucket = await impatient.bucket(owner=ann.id)
        target = await ann.create(bucket, "a", len(BODY))

        async with connected(impatient) as (reader, writer):
            writer.write(_head(target["url"], len(BODY)) + BODY[:100_000])
            await writer.drain()

            assert (await reader.readline()).startswith(b"HTTP/1.1 408")

        assert await nothing_is_left(impatient, bucket)


async def test_a_client_that_waits_to_be_asked_is_refused_without_sending(site: Site) -> None:
    async with somebody(site) as ann:
        target = await ann.create(await site.bucket(owner=ann.id), "a", len(BODY))
        wrong = target["url"].replace("signature=", "signature=x")

        for url, expected in ((wrong, b"HTTP/1.1 403"), (target["url"], b"HTTP/1.1 100")):
            async with connected(site) as (reader, writer):
                writer.write(_head(url, len(BODY), "Expect: 100-continue"))
                await writer.drain()

                assert (await reader.readline()).startswith(expected)


async def test_an_address_is_good_once(site: Site) -> None:
    async with somebody(site) as ann:
        target = await ann.create(await site.bucket(owner=ann.id), "a", len(BODY))
        assert (await ann.http.put(target["url"], content=BODY)).status_code == 200

        again = await ann.http.put(target["url"], content=BODY[::-1])

        assert (again.status_code, code_of(again)) == (409, "CONFLICT")
        assert (await ann.data(COMPLETE, {"id": target["id"]}))["sha256"] == SHA256
        assert code_of(await ann.http.put(target["url"], content=BODY)) == "NOT_FOUND"


async def test_calls_that_complete_an_upload_at_once_answer_the_same(site: Site) -> None:
    async with somebody(site) as ann:
        target = await ann.create(await site.bucket(owner=ann.id), "a", len(BODY))
        await ann.http.put(target["url"], content=BODY)

        files = await asyncio.gather(*(ann.data(COMPLETE, {"id": target["id"]}) for _ in range(6)))

        assert files == [files[0]] * 6
        assert files[0]["sha256"] == SHA256


async def test_two_who_send_at_once_do_not_mix(site: Site) -> None:
    async with somebody(site) as ann:
        target = await ann.create(await site.bucket(owner=ann.id), "a", len(BODY))

        answers = await asyncio.gather(*(ann.http.put(target["url"], content=pieces(BODY)) for _ in range(4)))

        assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
        assert (await ann.data(COMPLETE, {"id": target["id"]}))["sha256"] == SHA256


async def test_a_changed_address_is_refused(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        url = (await ann.create(bucket, "a", 5))["url"]
        other = (await ann.create(bucket, "b", 5))["url"]
        signature = url.partition("signature=")[2]
        expires = url.partition("expires=")[2].partition("&")[0]

        for changed in (
            url.replace(signature, signature[::-1]),
            url.replace(signature, ""),
            url.replace(f"expires={expires}", f"expires={int(expires) + 1}"),
            url.replace(f"expires={expires}", f"expires={expires}&expires={int(expires) + 1}"),
            url.replace(f"expires={expires}", f"expires=0{expires}"),
            url + "&more=1",
            url.partition("?")[0],
            other.partition("?")[0] + "?" + url.partition("?")[2],
            f"/files/uploads/{uuid.uuid4()}?{url.partition('?')[2]}",
            "/files/uploads/x?" + url.partition("?")[2],
        ):
            response = await ann.http.put(changed, content=b"hello")
            assert (response.status_code, code_of(response)) == (403, "FORBIDDEN"), changed
        for method in ("GET", "POST", "DELETE", "PATCH"):
            response = await ann.http.request(method, url)
            assert (response.status_code, response.headers["allow"]) == (405, "PUT")


async def test_an_upload_expires(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        target, sent = await ann.create(bucket, "a", 5), await ann.create(bucket, "b", 5)
        assert (await ann.http.put(sent["url"], content=b"hello")).status_code == 200
        await site.execute("UPDATE selfgraph.uploads SET expires_at = now() - interval '1 second'")

        response = await ann.http.put(target["url"], content=b"hello")

        assert code_of(response) == "CONFLICT"
        assert await ann.code(COMPLETE, {"id": sent["id"]}) == "CONFLICT"


async def test_an_upload_without_bytes_is_not_completed(site: Site) -> None:
    async with somebody(site) as ann:
        target = await ann.create(await site.bucket(owner=ann.id), "a", 5)

        assert await ann.code(COMPLETE, {"id": target["id"]}) == "CONFLICT"
        assert (await ann.http.put(target["url"], content=b"hello")).status_code == 200


async def test_an_upload_that_never_was_is_called_an_upload(site: Site) -> None:
    async with somebody(site) as ann:
        answer = await ann.answer(COMPLETE, {"id": str(uuid.uuid4())})

        assert answer["errors"][0]["message"] == "There is no such upload."


async def test_an_upload_is_nobody_elses(site: Site) -> None:
    async with somebody(site) as ann, somebody(site) as bob, calling(site) as operator:
        bucket = await site.bucket(owner=ann.id)
        target = await ann.create(bucket, "a", 5)
        assert (await ann.http.put(target["url"], content=b"hello")).status_code == 200

        for other in (bob, operator):
            for mutation in (COMPLETE, CANCEL):
                assert await other.code(mutation, {"id": target["id"]}) == "NOT_FOUND"

        assert (await ann.data(COMPLETE, {"id": target["id"]}))["status"] == "READY"


async def test_a_cancelled_upload_gives_its_quota_back(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        target = await ann.create(bucket, "a", 5)
        assert (await ann.http.put(target["url"], content=b"hello")).status_code == 200

        assert await ann.data(CANCEL, {"id": target["id"]}) is True

        assert await nothing_is_left(site, bucket)
        assert await ann.code(COMPLETE, {"id": target["id"]}) == "NOT_FOUND"


async def test_a_quota_is_used_up_by_what_is_declared(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        await site.execute("UPDATE selfgraph.buckets SET quota = 100 WHERE name = $1", bucket)

        answers = await asyncio.gather(
            *(
                ann.answer(CREATE, {"input": {"bucket": bucket, "path": f"{number}", "size": "30"}})
                for number in range(6)
            )
        )

        failed = [each["errors"][0]["extensions"]["code"] for each in answers if "errors" in each]
        assert failed == ["PAYLOAD_TOO_LARGE"] * 3
        assert await rows(site, "SELECT used_bytes FROM selfgraph.buckets WHERE name = $1", bucket) == [(90,)]


async def test_of_two_uploads_to_one_path_the_first_to_end_has_it(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        first, second, third = [await ann.create(bucket, "a", 5) for _ in range(2)] + [
            await ann.create(bucket, "a", 5, overwrite=True)
        ]
        for target in (first, second, third):
            assert (await ann.http.put(target["url"], content=b"hello")).status_code == 200

        ended = await ann.data(COMPLETE, {"id": second["id"]})

        assert await ann.code(COMPLETE, {"id": first["id"]}) == "CONFLICT"
        over = await ann.data(COMPLETE, {"id": third["id"]})
        assert (over["id"], over["version"]) == (ended["id"], 2)
        assert await rows(site, "SELECT used_bytes FROM selfgraph.buckets WHERE name = $1", bucket) == [(5,)]


async def test_uploads_that_overwrite_all_succeed_at_a_path_that_was_free(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        targets = [await ann.create(bucket, "a", 5, overwrite=True) for _ in range(8)]
        await asyncio.gather(*(ann.http.put(target["url"], content=b"hello") for target in targets))

        files = await asyncio.gather(*(ann.data(COMPLETE, {"id": target["id"]}) for target in targets))

        assert len({file["id"] for file in files}) == 1
        assert await rows(site, "SELECT used_bytes FROM selfgraph.buckets WHERE name = $1", bucket) == [(5,)]


async def test_who_has_lost_the_right_meanwhile_does_not_complete(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id, public=True)
        target = await ann.create(bucket, "a", 5)
        assert (await ann.http.put(target["url"], content=b"hello")).status_code == 200
        await site.execute("UPDATE selfgraph.buckets SET owner_id = NULL WHERE name = $1", bucket)

        assert await ann.code(COMPLETE, {"id": target["id"]}) == "FORBIDDEN"
        assert await nothing_is_left(site, bucket)


def _head(url: str, length: int, *more: str) -> bytes:
    lines = (f"PUT {url} HTTP/1.1", "Host: test", f"Content-Length: {length}", *more, "", "")
    return "\r\n".join(lines).encode()


async def _received(site: Site, file_id: str) -> bool:
    token = await rows(site, "SELECT token FROM selfgraph.uploads WHERE file_id = $1::uuid", file_id)
    return token == [("receiving",)]
