"""The npm clients that upload, against the real server."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from tests.clients.conftest import node_and_npm
from tests.clients.cutting import cutting
from tests.graph.storage.site import running_site
from tests.graph.storage.uploading import calling, rows
from tests.graph.tables.serving import KEY

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from persistence.embedded import EmbeddedServer
    from tests.graph.storage.site import Site

pytestmark = pytest.mark.timeout(400)  # the first run installs the clients

SIZE = 40 << 20
CUTS = (5 << 20, 9 << 20, 300, 12 << 20)


@pytest.fixture(scope="module")
def site(embedded_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    with running_site(embedded_server.url, tmp_path_factory.mktemp("data")) as site:
        yield site


async def run(folder: Path, *arguments: str) -> Any:
    node, _ = node_and_npm()
    process = await asyncio.create_subprocess_exec(
        *node, *arguments, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return orjson.loads(output)


async def test_tus_js_client_uploads_over_a_connection_that_is_cut(clients: Path, site: Site, tmp_path: Path) -> None:
    body = random.Random(1).randbytes(SIZE)  # noqa: S311 - bytes for a test
    source = tmp_path / "large.bin"
    source.write_bytes(body)
    bucket = await site.bucket()

    async with cutting(site.port, CUTS) as (proxy, port):
        done = await run(
            clients, "tus.mjs", f"http://127.0.0.1:{port}/files/tus", KEY, bucket, "large.bin", str(source)
        )

    assert proxy.cut == len(CUTS)
    assert len(done["retries"]) >= len(CUTS) - 1
    resumed = [offset for offset in done["offsets"] if 0 < offset < SIZE]
    assert resumed, "it began anew instead of going on"
    assert resumed == sorted(resumed)
    async with calling(site) as operator:
        assert (await operator.http.get(f"/files/{bucket}/large.bin")).content == body
    assert await rows(site, "SELECT count(*) FROM selfgraph.uploads WHERE completed_at IS NULL") == [(0,)]


async def test_apollo_uploads_a_file_with_a_mutation(clients: Path, site: Site) -> None:
    bucket = await site.bucket()

    assert await run(clients, "upload.mjs", f"{site.url}/graphql", KEY, bucket) == {
        "path": "from/apollo.txt",
        "size": 12,
        "contentType": "text/plain",
        "metadata": {"from": "apollo"},
    }
