"""Addresses that are given out, and what they are good for."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from domain.storage.addresses import signed_address
from domain.storage.signing import SIGNING_PURPOSE, AddressSigner, Right
from persistence.credentials.encryption import derive
from tests.graph.storage.site import PATIENCE, running_site
from tests.graph.tables.serving import KEY

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

    from persistence.embedded import EmbeddedServer
    from tests.graph.storage.site import Site, Stored

SERVICE = {"apikey": KEY}
ASK = """query ($id: ID!, $seconds: Int, $as: String, $image: ImageInput) {
  file(id: $id) { downloadUrl(expiresIn: $seconds, as: $as, image: $image) }
}"""


@pytest.fixture
async def http(site: Site) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=site.url, timeout=PATIENCE) as client:
        yield client


async def ask(http: httpx.AsyncClient, file: Stored, headers: dict[str, str] = SERVICE, **wanted: Any) -> Any:
    body = {"query": ASK, "variables": {"id": str(file.id), **wanted}}
    return (await http.post("/graphql", json=body, headers=headers)).json()


async def address(http: httpx.AsyncClient, file: Stored, **wanted: Any) -> str:
    return str((await ask(http, file, **wanted))["data"]["file"]["downloadUrl"])


def code(response: httpx.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


def changed(url: str, **parameters: str | None) -> str:
    """The address with other parameters; None: without that one."""
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query)), **parameters}
    return parts._replace(query=urlencode({k: v for k, v in query.items() if v is not None})).geturl()


def sign(site: Site, file: Stored, expires_at: int) -> str:
    secret = site.settings.secret_key
    assert secret is not None
    signer = AddressSigner(derive(secret.get_secret_value(), SIGNING_PURPOSE))
    right = Right("GET", file.id, expires_at, place=f"{file.bucket}/{file.path}")
    return signed_address(file.bucket, file.path, right, signer)


async def test_a_signed_address_is_good_for_whoever_has_it(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket(), "a/ä b.txt")
    response = await http.get(await address(http, file))
    assert response.content == b"hello"
    assert response.headers["cache-control"] == "private, max-age=60, must-revalidate"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"


async def test_head_is_within_the_right_to_get(site: Site, http: httpx.AsyncClient) -> None:
    assert (await http.head(await address(http, await site.put(await site.bucket())))).status_code == 200


async def test_nobody_keeps_a_file_for_longer_than_the_address_is_good(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket())
    told = (await http.get(await address(http, file, seconds=5))).headers["cache-control"]
    assert int(told.partition("max-age=")[2].partition(",")[0]) <= 5


async def test_an_address_ends(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket())
    response = await http.get(sign(site, file, int(time.time()) - 1))
    assert (response.status_code, code(response)) == (403, "FORBIDDEN")
    assert response.headers["cache-control"] == "no-store"


async def test_an_address_is_good_for_an_hour_unless_told(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket())
    expires = dict(parse_qsl(urlsplit(await address(http, file)).query))["expires"]
    assert 3590 <= int(expires) - time.time() <= 3601


@pytest.mark.parametrize("seconds", [0, -1, 604_801])
async def test_an_address_is_good_for_a_second_to_a_week(site: Site, http: httpx.AsyncClient, seconds: int) -> None:
    answer = await ask(http, await site.put(await site.bucket()), seconds=seconds)
    assert answer["errors"][0]["extensions"]["code"] == "VALIDATION"


@pytest.mark.parametrize(
    "change",
    [
        {"expires": "99999999999"},
        {"file": str(uuid.uuid4())},
        {"signature": "x" * 43},
        {"signature": ""},
        {"as": "b.txt"},
        {"width": "64"},
        {"v": "1"},
        {"expires": None},
        {"expires": "x"},
        {"file": None},
        {"file": "x"},
    ],
)
async def test_a_changed_address_carries_no_right(
    site: Site, http: httpx.AsyncClient, change: dict[str, str | None]
) -> None:
    url = await address(http, await site.put(await site.bucket()))
    response = await http.get(changed(url, **change))
    assert (response.status_code, code(response)) == (403, "FORBIDDEN")


async def test_an_address_is_about_one_file(site: Site, http: httpx.AsyncClient) -> None:
    bucket = await site.bucket()
    file, other = await site.put(bucket, "a.txt"), await site.put(bucket, "b.txt")
    url = (await address(http, file)).replace("a.txt", "b.txt")
    assert other.path in url
    assert (await http.get(url)).status_code == 403


async def test_what_takes_the_place_of_a_file_is_not_what_was_signed(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket())
    url = await address(http, file)
    await site.execute("UPDATE selfgraph.files SET deleted_at = now() WHERE id = $1", file.id)
    await site.put(file.bucket, file.path, b"another one")
    assert (await http.get(url)).status_code == 404


async def test_a_file_that_was_moved_away_is_not_what_was_signed(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket())
    query = (await address(http, file)).partition("?")[2]
    hidden = await site.bucket()
    await site.execute(
        "UPDATE selfgraph.files SET bucket_id = (SELECT id FROM selfgraph.buckets WHERE name = $1) WHERE id = $2",
        *(hidden, file.id),
    )

    assert (await http.get(f"/files/{file.bucket}/{file.path}?{query}")).status_code == 404
    assert (await http.get(f"/files/{hidden}/{file.path}?{query}")).status_code == 403


async def test_other_bytes_of_the_same_file_are(site: Site, http: httpx.AsyncClient) -> None:
    file, other = await site.put(await site.bucket()), await site.put(await site.bucket(), body=b"other")
    url = await address(http, file)
    await site.execute("DELETE FROM selfgraph.files WHERE id = $1", other.id)
    await site.execute("UPDATE selfgraph.files SET object_key = $1 WHERE id = $2", other.key, file.id)
    assert (await http.get(url)).content == b"other"


async def test_an_address_does_not_write(site: Site, http: httpx.AsyncClient) -> None:
    url = await address(http, await site.put(await site.bucket()))
    assert (await http.put(url, content=b"x")).status_code == 405


async def test_the_name_is_part_of_what_is_signed(site: Site, http: httpx.AsyncClient) -> None:
    url = await address(http, await site.put(await site.bucket()), **{"as": "Grüße.txt"})
    told = (await http.get(url)).headers["content-disposition"]
    assert told == "attachment; filename=\"Gr__e.txt\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt"


async def test_a_public_file_has_a_plain_address(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket(public=True), "a b.txt")
    url = await address(http, file, **{"as": "c.txt"})
    assert url == f"/files/{file.bucket}/a%20b.txt?as=c.txt"
    assert (await http.get(url)).content == b"hello"


async def test_a_public_file_has_a_signed_address_where_a_time_is_asked_for(
    site: Site, http: httpx.AsyncClient
) -> None:
    file = await site.put(await site.bucket(public=True))
    url = await address(http, file, seconds=60)
    await site.execute("UPDATE selfgraph.buckets SET public = false WHERE name = $1", file.bucket)
    assert (await http.get(url)).content == b"hello"


async def test_an_image_that_is_not_on_offer_has_no_address(site: Site, http: httpx.AsyncClient) -> None:
    file = await site.put(await site.bucket(), "a.png", content_type="image/png")
    assert "width=64" in await address(http, file, image={"width": 64})
    for image in ({"width": 65}, {"width": 64, "quality": 81}, {"quality": 50}, {}):
        answer = await ask(http, file, image=image)
        assert answer["errors"][0]["extensions"]["code"] == "VALIDATION"


async def test_whoever_may_read_by_a_rule_gets_addresses_of_a_list_by_few_statements(
    site: Site, http: httpx.AsyncClient
) -> None:
    bucket = await site.bucket()
    for number in range(5):
        await site.put(bucket, f"{number}.txt")
    await site.execute(
        """INSERT INTO selfgraph.file_rules (id, bucket_id, role, action, rule)
        SELECT $1, id, 'anonymous', 'select', '{}' FROM selfgraph.buckets WHERE name = $2""",
        *(uuid.uuid4(), bucket),
    )
    query = "query ($bucket: String!) { files(bucket: $bucket) { nodes { downloadUrl } } }"
    answer = (await http.post("/graphql", json={"query": query, "variables": {"bucket": bucket}})).json()
    urls = [node["downloadUrl"] for node in answer["data"]["files"]["nodes"]]
    assert len(urls) == 5
    for url in urls:
        assert (await http.get(url)).content == b"hello"


@pytest.fixture
def named(embedded_server: EmbeddedServer, tmp_path: Path) -> Generator[Site]:
    with running_site(embedded_server.url, tmp_path / "data", public_url="https://api.example/") as site:
        yield site


async def test_addresses_begin_with_the_public_url(named: Site) -> None:
    async with httpx.AsyncClient(base_url=named.url, timeout=PATIENCE) as http:
        file = await named.put(await named.bucket())
        assert (await address(http, file)).startswith(f"https://api.example/files/{file.bucket}/a.txt?")
