"""Files that come with the request, by the GraphQL multipart request specification."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.graph.storage.uploading import UPLOAD_FILE, calling, nothing_is_left, rows, somebody, staged
from tests.graph.tables.serving import KEY

if TYPE_CHECKING:
    from tests.graph.storage.site import Site

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))


async def test_a_file_is_added(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)

        file = await ann.uploaded(bucket, "notes/a.txt", b"hello", metadata={"colour": "blue"})

        assert file == {
            "id": file["id"],
            "bucket": bucket,
            "path": "notes/a.txt",
            "size": 5,
            "contentType": "text/plain",
            "sha256": hashlib.sha256(b"hello").hexdigest(),
            "etag": file["etag"],
            "metadata": {"colour": "blue"},
            "version": 1,
            "status": "READY",
            "ownerId": str(ann.id),
        }
        assert (await ann.http.get(f"/files/{bucket}/notes/a.txt")).content == b"hello"


async def test_a_file_without_bytes_is_added(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)

        assert (await ann.uploaded(bucket, "empty", b""))["size"] == 0


async def test_a_file_larger_than_memory_is_spared_for_is_added(site: Site) -> None:
    body = PNG * 20_000
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)

        file = await ann.uploaded(bucket, "large.png", body)

        assert (file["size"], file["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())


async def test_the_type_is_what_the_bytes_look_like(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)

        assert (await ann.uploaded(bucket, "a.bin", PNG))["contentType"] == "image/png"
        assert (await ann.uploaded(bucket, "b.png", b"<html>hi</html>"))["contentType"] == "text/html"
        assert (await ann.uploaded(bucket, "c.css", b"a { color: red }"))["contentType"] == "text/css"
        assert (await ann.uploaded(bucket, "d", b"\x07\x01\x02\x00"))["contentType"] == "application/octet-stream"


async def test_a_claim_that_the_bytes_contradict_is_refused(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)

        for body in (b"<html><script>alert(1)</script>", b"MZ\x90\x00\x03\x00\x00\x00", b"\x00\x01\x02"):
            assert await ann.upload_code(bucket, "a.png", body, type="image/png") == "VALIDATION"

        assert await nothing_is_left(site, bucket)


async def test_a_claim_is_kept_in_lower_case_without_parameters(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)

        file = await ann.uploaded(bucket, "a", b"a;b", type="Text/CSV; charset=utf-8")

        assert file["contentType"] == "text/csv"


async def test_a_type_that_the_bucket_does_not_take_is_refused(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        await site.execute("UPDATE selfgraph.buckets SET allowed_types = '{image/*}' WHERE name = $1", bucket)

        assert await ann.upload_code(bucket, "a.txt", b"hello") == "VALIDATION"
        assert await ann.upload_code(bucket, "a.txt", b"hello", type="text/plain") == "VALIDATION"

        assert await nothing_is_left(site, bucket)
        assert (await ann.uploaded(bucket, "a.png", PNG))["contentType"] == "image/png"


async def test_a_size_or_quota_that_leaves_no_room_refuses_it(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        await site.execute("UPDATE selfgraph.buckets SET max_file_size = 10, quota = 15 WHERE name = $1", bucket)

        assert await ann.upload_code(bucket, "a", b"x" * 11) == "PAYLOAD_TOO_LARGE"
        assert (await ann.uploaded(bucket, "a", b"x" * 10))["size"] == 10
        assert await ann.upload_code(bucket, "b", b"x" * 6) == "PAYLOAD_TOO_LARGE"

        assert await rows(site, "SELECT used_bytes FROM selfgraph.buckets WHERE name = $1", bucket) == [(10,)]


async def test_a_checksum_is_held_to(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)

        assert await ann.upload_code(bucket, "a", b"hello", checksum="0" * 64) == "VALIDATION"
        assert await ann.upload_code(bucket, "a", b"hello", checksum="short") == "VALIDATION"

        assert await nothing_is_left(site, bucket)
        good = hashlib.sha256(b"hello").hexdigest()
        assert (await ann.uploaded(bucket, "a", b"hello", checksum=good))["sha256"] == good
        assert staged(site) == []


async def test_a_taken_path_is_a_conflict_unless_it_is_overwritten(site: Site) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        first = await ann.uploaded(bucket, "a", b"one")

        assert await ann.upload_code(bucket, "a", b"other") == "CONFLICT"
        second = await ann.uploaded(bucket, "a", b"second", overwrite=True)

        assert (second["id"], second["version"], second["size"]) == (first["id"], 2, 6)
        assert await rows(site, "SELECT used_bytes FROM selfgraph.buckets WHERE name = $1", bucket) == [(6,)]
        jobs = "SELECT args FROM selfgraph.procrastinate_jobs WHERE task_name = 'remove_objects' ORDER BY id DESC"
        ((arguments,), *_) = await rows(site, jobs)
        keys = json.loads(arguments)["keys"]
        (living,) = await rows(site, "SELECT object_key FROM selfgraph.files WHERE id = $1::uuid", first["id"])
        assert len(keys) == 1
        assert keys[0] not in living


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"path": "../a"}, "VALIDATION"),
        ({"path": ""}, "VALIDATION"),
        ({"metadata": [1]}, "VALIDATION"),
        ({"type": "nonsense"}, "VALIDATION"),
        ({"bucket": "no-such-bucket"}, "NOT_FOUND"),
    ],
)
async def test_what_makes_no_sense_is_refused(site: Site, variables: dict[str, Any], code: str) -> None:
    async with somebody(site) as ann:
        bucket = await site.bucket(owner=ann.id)
        given = {"bucket": bucket, "path": "a", **variables}

        assert await ann.upload_code(given.pop("bucket"), given.pop("path"), b"hello", **given) == code
        assert await nothing_is_left(site, bucket)


@pytest.mark.parametrize("file", [None, "text", 5, {"a": 1}, []])
async def test_a_file_that_is_no_part_of_the_request_is_refused(site: Site, file: object) -> None:
    async with calling(site) as operator:
        bucket = await site.bucket()

        assert await operator.code(UPLOAD_FILE, {"bucket": bucket, "path": "a", "file": file}) == "VALIDATION"


async def test_who_has_no_rule_adds_nothing(site: Site) -> None:
    async with somebody(site) as ann, somebody(site) as bob, calling(site, **{"x-nothing": "1"}) as stranger:
        closed, public = await site.bucket(owner=ann.id), await site.bucket(owner=ann.id, public=True)

        for caller in (bob, stranger):
            assert await caller.upload_code(closed, "a", b"hello") == "NOT_FOUND"
            assert await caller.upload_code(public, "a", b"hello") == "FORBIDDEN"

        assert await nothing_is_left(site, closed)
        assert await nothing_is_left(site, public)


async def test_a_rule_says_which_files_may_be_added_and_overwritten(site: Site) -> None:
    async with somebody(site) as ann, somebody(site) as bob:
        bucket = await site.bucket(owner=ann.id)
        for action, rule in (("insert", '{"top_folder": "X-User-Id"}'), ("update", '{"owner_id": "X-User-Id"}')):
            await site.execute(
                """INSERT INTO selfgraph.file_rules (id, bucket_id, role, action, rule)
                SELECT gen_random_uuid(), id, 'user', $2, $3::jsonb FROM selfgraph.buckets WHERE name = $1""",
                *(bucket, action, rule),
            )
        await ann.uploaded(bucket, f"{bob.id}/hers", b"hello")

        assert await bob.upload_code(bucket, "elsewhere", b"hello") == "FORBIDDEN"
        assert (await bob.uploaded(bucket, f"{bob.id}/mine", b"hello"))["ownerId"] == str(bob.id)
        assert (await bob.uploaded(bucket, f"{bob.id}/mine", b"other", overwrite=True))["version"] == 2
        assert await bob.upload_code(bucket, f"{bob.id}/hers", b"other", overwrite=True) == "FORBIDDEN"
        assert await rows(site, "SELECT used_bytes FROM selfgraph.buckets WHERE name = $1", bucket) == [(10,)]


async def test_who_may_add_nothing_is_not_told_what_room_there_is(site: Site) -> None:
    bucket = await site.bucket(public=True)
    await site.execute("UPDATE selfgraph.buckets SET quota = 1, max_file_size = 1 WHERE name = $1", bucket)

    async with calling(site, **{"x-nothing": "1"}) as stranger:
        assert await stranger.upload_code(bucket, "a", b"hello") == "FORBIDDEN"


async def test_a_key_needs_the_scope_to_write(site: Site) -> None:
    async with calling(site) as operator:
        bucket = await site.bucket()
        create = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }"
        given = {"name": bucket, "role": "superadmin", "scopes": ["storage:read"]}
        key = (await operator.data(create, {"input": given}))["secret"]

        async with calling(site, apikey=key) as reader:
            assert await reader.upload_code(bucket, "a", b"hello") == "FORBIDDEN"
            assert (await reader.tus(bucket, "a", 5)).status_code == 403
        assert key != KEY
