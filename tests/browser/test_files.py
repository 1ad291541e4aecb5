"""Files for a page of another origin: what browsers ask before, let through, and show to scripts."""

from __future__ import annotations

import base64
import functools
import http.server
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.chromium import Page, opened_page, running_browser
from tests.graph.storage.site import running_site
from tests.graph.storage.uploading import Caller, calling

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from persistence.embedded import EmbeddedServer
    from tests.graph.storage.site import Site

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
SIGNED = "query($id: ID!) { file(id: $id) { downloadUrl(expiresIn: 600) } }"


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The origin of a page that is not the server's."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "index.html").write_text("<!doctype html><title>an app</title>")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def site(embedded_server: EmbeddedServer, origin: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    with running_site(embedded_server.url, tmp_path_factory.mktemp("data"), cors_origins=(origin,)) as site:
        yield site


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    with running_browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture
async def page(browser: str, origin: str) -> AsyncGenerator[Page]:
    async with opened_page(browser) as page:
        await page.call("Page.navigate", url=f"{origin}/index.html")
        await page.wait_for("document.title === 'an app'")
        yield page


@pytest.fixture
async def operator(site: Site) -> AsyncGenerator[Caller]:
    async with calling(site) as operator:
        yield operator


async def fetched(page: Page, url: str, **how: Any) -> dict[str, Any]:
    """What a script of the page sees of an answer."""
    script = f"""fetch({json.dumps(url)}, {json.dumps(how)}).then(async (answer) => ({{
        status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() }}))"""
    answer: dict[str, Any] = await page.value(script)
    return answer


async def signed(operator: Caller, file_id: str) -> str:
    found = await operator.data(SIGNED, {"id": file_id})
    return f"{operator.site.url}{found['downloadUrl']}"


async def test_a_script_sends_to_a_signed_address(site: Site, page: Page, operator: Caller) -> None:
    upload = await operator.create(await site.bucket(), "a.txt", 5, contentType="text/plain")

    answer = await fetched(
        page,
        f"{site.url}{upload['url']}",
        method=upload["method"],
        headers={each["name"]: each["value"] for each in upload["headers"]},
        body="hello",
    )

    assert (answer["status"], json.loads(answer["text"])) == (200, {"size": 5})


async def test_a_script_reads_a_range(site: Site, page: Page, operator: Caller) -> None:
    file = await operator.uploaded(await site.bucket(), "a.txt", b"hello world")

    answer = await fetched(page, await signed(operator, file["id"]), headers={"Range": "bytes=6-"})

    assert (answer["status"], answer["text"]) == (206, "world")
    seen = answer["headers"]
    assert (seen["content-range"], seen["etag"]) == ("bytes 6-10/11", file["etag"])
    assert seen["accept-ranges"] == "bytes"
    assert "content-disposition" in seen


async def test_a_script_sends_by_tus(site: Site, page: Page, operator: Caller) -> None:
    bucket = await site.bucket()
    key = operator.http.headers["apikey"]
    shown = {"Tus-Resumable": "1.0.0", "apikey": key}
    metadata = f"bucket {_base64(bucket)},path {_base64('a.txt')}"

    made = await fetched(
        page,
        f"{site.url}/files/tus",
        method="POST",
        headers={**shown, "Upload-Length": "10", "Upload-Metadata": metadata},
    )
    assert made["status"] == 201, made
    place = f"{site.url}{made['headers']['location']}"
    for offset, text in ((0, "hello"), (5, "world")):
        piece = {**shown, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        sent = await fetched(page, place, method="PATCH", headers=piece, body=text)
        assert (sent["status"], sent["headers"]["upload-offset"]) == (204, str(offset + 5))
    asked = await fetched(page, place, method="HEAD", headers=shown)
    assert (asked["status"], asked["headers"]["upload-offset"], asked["headers"]["upload-length"]) == (200, "10", "10")
    assert asked["headers"]["tus-resumable"] == "1.0.0"


@pytest.mark.parametrize("public", [True, False], ids=["public", "signed"])
async def test_an_image_is_shown_and_then_read_by_a_script(
    site: Site,
    page: Page,
    operator: Caller,
    public: bool,  # noqa: FBT001 - a parameter
) -> None:
    bucket = await site.bucket(public=public)
    file = await operator.uploaded(bucket, "a.png", PIXEL)
    url = f"{site.url}/files/{bucket}/a.png" if public else await signed(operator, file["id"])

    shown = await page.value(f"""new Promise((resolve) => {{
        const image = new Image();
        image.onload = () => resolve(image.naturalWidth);
        image.onerror = () => resolve('refused');
        image.src = {json.dumps(url)};
    }})""")

    assert shown == 1
    assert (await fetched(page, url))["status"] == 200


async def test_a_page_that_is_not_listed_reads_nothing(site: Site, browser: str, origin: str, operator: Caller) -> None:
    bucket = await site.bucket(public=True)
    await operator.uploaded(bucket, "a.txt", b"hello")
    async with opened_page(browser) as page:
        await page.call("Page.navigate", url=f"{origin.replace('localhost', '127.0.0.1')}/index.html")
        await page.wait_for("document.title === 'an app'")

        refused = await page.value(f"fetch('{site.url}/files/{bucket}/a.txt').then(() => 'read', () => 'refused')")

    assert refused == "refused"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
