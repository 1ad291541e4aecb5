"""GET and HEAD of files, through the real server."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.graph.storage.site import PATIENCE, connected
from tests.graph.tables.serving import KEY

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.graph.storage.site import Site, Stored

LARGE = bytes(range(256)) * 4096 * 3
"""More than is sent from memory."""
SERVICE = {"apikey": KEY}


@pytest.fixture
async def http(site: Site) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=site.url, timeout=PATIENCE) as client:
        yield client


def address(file: Stored) -> str:
    return f"/files/{file.bucket}/{file.path}"


def code(response: httpx.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


@pytest.mark.parametrize("body", [b"", b"hello", LARGE], ids=["empty", "small", "large"])
async def test_a_file_of_a_public_bucket_is_anybodys(site: Site, http: httpx.AsyncClient, body: bytes) -> None:
    file = await site.put(await site.bucket(public=True), body=body)
    response = await http.get(address(file))
    assert response.status_code == 200
    assert response.content == body
    assert response.headers["content-type"] == "text/plain"
    assert response.headers["etag"] == file.etag
    assert response.headers["accept-ranges"] == "bytes"
    assert response.headers["cache-control"] == "public, max-age=60, must-revalidate"


async def test_a_file_cannot_be_taken_for_a_page_of_the_api(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket(public=True), "a.html", content_type="text/html")
    headers = (await http.get(address(file))).headers
    assert headers["content-disposition"] == 'attachment; filename="a.html"'
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("body", [b"", b"hello", LARGE], ids=["empty", "small", "large"])
async def test_head_is_get_without_a_body(site: Site, http: httpx.AsyncClient, body: bytes) -> None:
    file = await site.put(await site.bucket(public=True), body=body)
    got, head = await http.get(address(file)), await http.head(address(file))
    assert head.status_code == 200
    assert head.content == b""
    varying = {"date", "x-request-id"}
    assert {k: v for k, v in head.headers.items() if k not in varying} == {
        k: v for k, v in got.headers.items() if k not in varying
    }


@pytest.mark.parametrize("body", [b"0123456789", LARGE], ids=["small", "large"])
async def test_a_range_is_sent_alone(site: Site, http: httpx.AsyncClient, body: bytes) -> None:
    file = await site.put(await site.bucket(public=True), body=body)
    response = await http.get(address(file), headers={"range": "bytes=3-"})
    assert response.status_code == 206
    assert response.content == body[3:]
    assert response.headers["content-range"] == f"bytes 3-{len(body) - 1}/{len(body)}"
    assert response.headers["content-length"] == str(len(body) - 3)


@pytest.mark.parametrize("span", ["bytes=0-1,3-4", "bytes=5-"])
async def test_a_range_that_is_not_sent_is_refused_with_the_size(
    site: Site, http: httpx.AsyncClient, span: str
) -> None:
    file = await site.put(await site.bucket(public=True))
    response = await http.get(address(file), headers={"range": span})
    assert (response.status_code, code(response)) == (416, "RANGE_NOT_SATISFIABLE")
    assert response.headers["content-range"] == "bytes */5"


async def test_an_unchanged_file_is_not_sent_again(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket(public=True))
    response = await http.get(address(file), headers={"if-none-match": file.etag})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == file.etag
    assert response.headers["cache-control"] == "public, max-age=60, must-revalidate"


async def test_the_date_that_was_told_says_that_nothing_has_changed(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket(public=True))
    told = (await http.get(address(file))).headers["last-modified"]
    assert (await http.get(address(file), headers={"if-modified-since": told})).status_code == 304


async def test_a_file_that_is_another_one_is_not_sent(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket(public=True))
    response = await http.get(address(file), headers={"if-match": '"other"'})
    assert (response.status_code, code(response)) == (412, "PRECONDITION_FAILED")


async def test_repeated_headers_are_one_list(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket(public=True))
    lines = [("if-none-match", '"x"'), ("if-none-match", file.etag)]
    assert (await http.get(address(file), headers=lines)).status_code == 304


@pytest.mark.parametrize("path", ["ä b.txt", "a/b/c+d.txt", "100%.txt", "日本.txt", "a'b;c=d&e.txt"])
async def test_names_are_decoded_once(site: Site, http: httpx.AsyncClient, path: str) -> None:
    file = await site.put(await site.bucket(public=True), path)
    quoted = httpx.URL("/").join("/".join(_quoted(part) for part in path.split("/"))).path
    response = await http.get(f"/files/{file.bucket}/{'/'.join(_quoted(part) for part in path.split('/'))}")
    assert quoted
    assert response.content == b"hello"


def _quoted(part: str) -> str:
    return "".join(f"%{byte:02X}" for byte in part.encode())


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("a%2Fb.txt", 400),
        ("a/../b.txt", 400),
        ("a/%2E%2E/b.txt", 400),
        ("a//b.txt", 400),
        ("%00", 400),
        ("%zz", 400),
        ("%ff", 400),
        ("a%5Cb", 400),
        ("", 404),
    ],
)
async def test_what_is_no_path_is_refused(site: Site, path: str, status: int) -> None:
    bucket = await site.bucket(public=True)
    async with connected(site) as (reader, writer):
        writer.write(f"GET /files/{bucket}/{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert (await reader.readline()).split()[1] == str(status).encode()


async def test_a_bucket_that_no_row_can_name_is_nobody_elses_failure(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket(public=True))
    asked = [f"/files/a%00{number}/x" if number % 2 else address(file) for number in range(40)]
    found = await asyncio.gather(*map(http.get, asked))
    assert [response.status_code for response in found] == [200, 400] * 20


async def test_a_parameter_given_twice_is_refused(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket(public=True))
    response = await http.get(f"{address(file)}?as=a&as=b")
    assert (response.status_code, code(response)) == (400, "VALIDATION")


async def test_a_file_is_kept_under_another_name(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket(public=True))
    response = await http.get(address(file), params={"as": "b.txt"})
    assert response.headers["content-disposition"] == 'attachment; filename="b.txt"'


@pytest.mark.parametrize("name", ["", "a/b", "..", "a\r\nset-cookie: x", "x" * 256])
async def test_a_name_that_is_none_is_refused(site: Site, http: httpx.AsyncClient, name: str) -> None:
    file = await site.put(await site.bucket(public=True))
    assert (await http.get(address(file), params={"as": name})).status_code == 400


async def test_other_methods_are_refused(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket(public=True))
    response = await http.delete(address(file))
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")


async def test_what_is_not_public_is_not_there_for_strangers(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket())
    missing = f"/files/{file.bucket}/missing"
    for each in (await http.get(address(file)), await http.get(missing)):
        assert (each.status_code, code(each)) == (404, "NOT_FOUND")
        assert each.headers["cache-control"] == "no-store"


async def test_wrong_credentials_tell_nothing_about_files(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket())
    for path in (address(file), f"/files/{file.bucket}/missing"):
        response = await http.get(path, headers={"apikey": "wrong"})
        assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")


async def test_administrators_read_every_file(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket())
    response = await http.get(address(file), headers=SERVICE)
    assert response.content == b"hello"
    assert response.headers["cache-control"] == "private, no-cache"
    assert "Authorization" in response.headers["vary"]
    assert response.headers["cross-origin-resource-policy"] == "same-origin"


async def test_the_owner_of_a_bucket_reads_its_files(site: Site, http: httpx.AsyncClient) -> None:
    owner = uuid.uuid4()
    await site.execute("INSERT INTO selfgraph.users (id, email) VALUES ($1, $2)", owner, f"{owner}@example.com")
    file = await site.put(await site.bucket(owner=owner))
    acting = {**SERVICE, "x-role": "user", "x-user-id": str(owner)}
    assert (await http.get(address(file), headers=acting)).content == b"hello"
    acting["x-user-id"] = str(uuid.uuid4())
    assert (await http.get(address(file), headers=acting)).status_code == 404


async def test_a_rule_lets_a_role_read_the_files_that_it_names(site: Site, http: httpx.AsyncClient) -> None:
    bucket = await site.bucket()
    seen, hidden = await site.put(bucket, "open/a.txt"), await site.put(bucket, "closed/a.txt")
    await site.execute(
        """INSERT INTO selfgraph.file_rules (id, bucket_id, role, action, rule)
        SELECT $1, id, 'anonymous', 'select', '{"top_folder": {"_eq": "open"}}' FROM selfgraph.buckets WHERE name = $2""",
        *(uuid.uuid4(), bucket),
    )
    assert (await http.get(address(seen))).content == b"hello"
    assert (await http.get(address(hidden))).status_code == 404


async def test_a_bucket_is_public_no_longer_than_it_is(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket(public=True))
    assert (await http.get(address(file))).status_code == 200
    await site.execute("UPDATE selfgraph.buckets SET public = false WHERE name = $1", file.bucket)
    assert (await http.get(address(file))).status_code == 404


@pytest.mark.parametrize(
    "change", ["deleted_at = now()", "status = 'deleting'", "status = 'pending'", "path = 'moved.txt'"]
)
async def test_a_file_is_not_sent_in_any_other_state(site: Site, http: httpx.AsyncClient, change: str) -> None:
    file = await site.put(await site.bucket(public=True))
    await site.execute(f"UPDATE selfgraph.files SET {change} WHERE id = $1", file.id)
    assert (await http.get(address(file))).status_code == 404


async def test_files_of_a_deleted_bucket_are_not_there(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket(public=True))
    await site.execute("UPDATE selfgraph.buckets SET deleted_at = now() WHERE name = $1", file.bucket)
    assert (await http.get(address(file), headers=SERVICE)).status_code == 404


@pytest.mark.parametrize("body", [b"hello", LARGE], ids=["small", "large"])
async def test_bytes_that_are_missing_are_an_error_and_not_half_an_answer(
    site: Site, http: httpx.AsyncClient, body: bytes
) -> None:
    file = await site.put(await site.bucket(public=True), body=body)
    next(site.objects.glob(f"*/{file.key}")).unlink()
    response = await http.get(address(file))
    assert (response.status_code, code(response)) == (500, "INTERNAL")
