"""Images that are made of files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import pyvips  # type: ignore[import-untyped]  # it brings stubs, and does not say so

from tests.graph.storage.site import PATIENCE, running_site

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

    from persistence.embedded import EmbeddedServer
    from tests.graph.storage.site import Site, Stored

WIDTH, HEIGHT = 400, 200
MOST_PIXELS = 200_000


@pytest.fixture(scope="module")
def site(embedded_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    folder = tmp_path_factory.mktemp("data")
    limits = {"image_max_pixels": MOST_PIXELS, "image_max_bytes": 1_000_000}
    with running_site(embedded_server.url, folder, **limits) as site:
        yield site


@pytest.fixture
async def http(site: Site) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=site.url, timeout=PATIENCE) as client:
        yield client


def picture(suffix: str = ".png", width: int = WIDTH, height: int = HEIGHT, **options: Any) -> bytes:
    black = pyvips.Image.black(width, height, bands=3).copy(interpretation="srgb")
    image = black.linear(1, [200, 100, 50])
    return bytes(image.cast("uchar").write_to_buffer(suffix, **options))


async def put(site: Site, body: bytes, content_type: str, path: str = "a/b.c.png") -> Stored:
    return await site.put(await site.bucket(public=True), path, body, content_type)


async def get(http: httpx.AsyncClient, file: Stored, **asked: Any) -> httpx.Response:
    return await http.get(f"/files/{file.bucket}/{file.path}", params=asked)


def code(response: httpx.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


@pytest.mark.parametrize("suffix", ["png", "jpeg", "webp", "gif", "avif"])
async def test_images_are_made_of_these_types(site: Site, http: httpx.AsyncClient, suffix: str) -> None:
    file = await put(site, picture(f".{suffix}"), f"image/{suffix}")
    response = await get(http, file, width=64)
    assert response.status_code == 200, response.text
    made = pyvips.Image.new_from_buffer(response.content, "")
    assert (made.width, made.height) == (64, 32)
    assert response.headers["content-type"] == f"image/{'webp' if suffix == 'gif' else suffix}"


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({"width": 128}, (128, 64)),
        ({"height": 64}, (128, 64)),
        ({"width": 128, "height": 128}, (128, 64)),
        ({"width": 128, "height": 128, "fit": "cover"}, (128, 128)),
        ({"width": 128, "height": 128, "fit": "contain"}, (128, 128)),
        ({"width": 1024}, (WIDTH, HEIGHT)),
    ],
)
async def test_an_image_is_fitted(
    site: Site, http: httpx.AsyncClient, asked: dict[str, Any], size: tuple[int, int]
) -> None:
    response = await get(http, await put(site, picture(), "image/png"), **asked)
    made = pyvips.Image.new_from_buffer(response.content, "")
    assert (made.width, made.height) == size


@pytest.mark.parametrize("made", ["png", "jpeg", "webp", "avif"])
async def test_another_format_can_be_asked_for(site: Site, http: httpx.AsyncClient, made: str) -> None:
    response = await get(http, await put(site, picture(), "image/png"), width=64, format=made, quality=50)
    assert response.headers["content-type"] == f"image/{made}"
    assert response.headers["content-disposition"] == f'inline; filename="b.c.{made}"'
    assert pyvips.Image.new_from_buffer(response.content, "").width == 64


async def test_what_is_left_of_a_frame_is_transparent_or_white(site: Site, http: httpx.AsyncClient) -> None:
    file = await put(site, picture(), "image/png")
    asked = {"width": 64, "height": 64, "fit": "contain"}
    png = pyvips.Image.new_from_buffer((await get(http, file, **asked)).content, "")
    jpeg = pyvips.Image.new_from_buffer((await get(http, file, **asked, format="jpeg")).content, "")
    assert png(0, 0)[3] == 0
    assert png(32, 32) == [200, 100, 50, 255]
    assert min(jpeg(0, 0)) > 250


async def test_a_picture_stands_upright_and_says_nothing_of_its_maker(site: Site, http: httpx.AsyncClient) -> None:
    image = pyvips.Image.black(WIDTH, HEIGHT, bands=3).copy(interpretation="srgb")
    image.set_type(pyvips.GValue.gint_type, "orientation", 6)
    image.set_type(pyvips.GValue.gstr_type, "exif-ifd0-Artist", "somebody")
    body = bytes(image.write_to_buffer(".jpeg"))
    assert b"somebody" in body
    response = await get(http, await put(site, body, "image/jpeg"), width=64)
    made = pyvips.Image.new_from_buffer(response.content, "")
    assert (made.width, made.height) == (64, 128)
    assert b"somebody" not in response.content


async def test_only_the_first_picture_of_an_animation_is_made(site: Site, http: httpx.AsyncClient) -> None:
    frames = pyvips.Image.black(32, 64, bands=3).copy(interpretation="srgb").copy()
    frames.set_type(pyvips.GValue.gint_type, "page-height", 32)
    response = await get(http, await put(site, bytes(frames.write_to_buffer(".gif")), "image/gif"), width=16)
    assert pyvips.Image.new_from_buffer(response.content, "").height == 16


async def test_an_image_is_made_once(site: Site, http: httpx.AsyncClient) -> None:
    file = await put(site, picture(), "image/png")
    answers = await asyncio.gather(*(get(http, file, width=64) for _ in range(5)))
    answers.append(await get(http, file, width=64, fit="inside", format="png", quality=50))
    assert len({answer.headers["etag"] for answer in answers}) == 1
    kept = await site.values("SELECT object_key FROM selfgraph.derived_objects WHERE file_id = $1", file.id)
    assert len(kept) == 1
    assert next(site.objects.glob(f"*/{kept[0]}")).read_bytes() == answers[0].content


async def test_an_image_has_its_own_validator(site: Site, http: httpx.AsyncClient) -> None:
    file = await put(site, picture(), "image/png")
    etag = (await get(http, file, width=64)).headers["etag"]
    assert etag != file.etag
    asked = f"/files/{file.bucket}/{file.path}?width=64"
    assert (await http.get(asked, headers={"if-none-match": etag})).status_code == 304
    assert (await http.get(asked, headers={"if-none-match": file.etag})).status_code == 200


async def test_other_bytes_make_another_image(site: Site, http: httpx.AsyncClient) -> None:
    file, other = await put(site, picture(), "image/png"), await put(site, picture(width=200), "image/png")
    before = (await get(http, file, width=64)).headers["etag"]
    await site.execute("UPDATE selfgraph.files SET object_key = object_key || 'x' WHERE id = $1", other.id)
    await site.execute("UPDATE selfgraph.files SET object_key = $1, version = 2 WHERE id = $2", other.key, file.id)
    assert (await get(http, file, width=64)).headers["etag"] != before


@pytest.mark.parametrize("asked", [{"width": 65}, {"width": 64, "format": "svg"}, {"format": "webp"}])
async def test_what_is_not_on_offer_is_refused(site: Site, http: httpx.AsyncClient, asked: dict[str, Any]) -> None:
    response = await get(http, await put(site, picture(), "image/png"), **asked)
    assert (response.status_code, code(response)) == (400, "VALIDATION")


async def test_too_many_pixels_are_refused_before_they_are_decoded(site: Site, http: httpx.AsyncClient) -> None:
    bomb = picture(width=5000, height=5000)
    assert len(bomb) < 1_000_000
    response = await get(http, await put(site, bomb, "image/png"), width=64)
    assert (response.status_code, code(response)) == (413, "PAYLOAD_TOO_LARGE")


async def test_the_pictures_of_an_animation_count_together(site: Site, http: httpx.AsyncClient) -> None:
    frames = pyvips.Image.black(100, 100 * 30, bands=3).copy(interpretation="srgb").copy()
    frames.set_type(pyvips.GValue.gint_type, "page-height", 100)
    noise = (frames + pyvips.Image.gaussnoise(100, 3000, sigma=90)).cast("uchar")
    noise.set_type(pyvips.GValue.gint_type, "page-height", 100)
    response = await get(http, await put(site, bytes(noise.write_to_buffer(".gif")), "image/gif"), width=64)
    assert (response.status_code, code(response)) == (413, "PAYLOAD_TOO_LARGE")


async def test_a_file_of_too_many_bytes_is_refused(site: Site, http: httpx.AsyncClient) -> None:
    response = await get(http, await put(site, b"x" * 1_000_001, "image/png"), width=64)
    assert (response.status_code, code(response)) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    "body",
    [b"", b"no image", picture()[:200], b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', b"%PDF-1.4"],
    ids=["empty", "text", "broken", "svg", "pdf"],
)
async def test_what_is_no_image_makes_none(site: Site, http: httpx.AsyncClient, body: bytes) -> None:
    response = await get(http, await put(site, body, "image/png"), width=64)
    assert (response.status_code, code(response)) == (400, "VALIDATION")


async def test_svg_is_never_drawn(site: Site, http: httpx.AsyncClient) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    response = await get(http, await put(site, svg, "image/svg+xml"), width=64)
    assert (response.status_code, code(response)) == (400, "VALIDATION")


async def test_an_image_that_could_not_be_made_leaves_nothing_behind(site: Site, http: httpx.AsyncClient) -> None:
    file = await put(site, b"no image", "image/png")
    before = sorted(site.objects.rglob("*"))
    await get(http, file, width=64)
    assert sorted(site.objects.rglob("*")) == before


@pytest.fixture
def frugal_site(embedded_server: EmbeddedServer, tmp_path: Path) -> Generator[Site]:
    with running_site(embedded_server.url, tmp_path, rate_limit_images="2/hour") as site:
        yield site


async def test_too_many_new_images_for_one_address_are_refused(frugal_site: Site) -> None:
    file = await put(frugal_site, picture(), "image/png")
    async with httpx.AsyncClient(base_url=frugal_site.url, timeout=PATIENCE) as http:
        first = [(await get(http, file, width=width)).status_code for width in (16, 32, 16, 32)]
        refused = await get(http, file, width=64)
        kept = await get(http, file, width=32)

    assert first == [200] * 4
    assert (refused.status_code, code(refused)) == (429, "RATE_LIMITED")
    assert int(refused.headers["retry-after"]) > 0
    assert kept.status_code == 200
