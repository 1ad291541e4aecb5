"""A service behind TLS, with a certificate of an authority of one's own."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import pytest

from domain.storage.errors import StorageUnavailableError
from persistence.objects.s3 import open_s3_store
from tests.certificates import Authority, make_authority

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from tests.persistence.objects.s3_server import S3Server

PREFIX = "tls/"
LARGEST_READ = 1 << 16


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
async def url(s3_server: S3Server, authority: Authority) -> AsyncGenerator[str]:
    """Where the server of the tests is reached by TLS."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(LARGEST_READ):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", s3_server.port)
        await asyncio.gather(pass_on(reader, back), pass_on(there, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=authority.server)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_the_authority_of_the_settings_is_trusted(s3_server: S3Server, url: str, authority: Authority) -> None:
    options = s3_server.options(PREFIX, endpoint_url=url, authorities=authority.certificate)
    async with open_s3_store(options) as store:
        await store.check()


async def test_authorities_of_the_system_are_trusted(
    s3_server: S3Server, url: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    async with open_s3_store(s3_server.options(PREFIX, endpoint_url=url)) as store:
        await store.check()


async def test_nobody_else_is_trusted(s3_server: S3Server, url: str, tmp_path: Path) -> None:
    other = make_authority(tmp_path).certificate
    for given in ({}, {"authorities": other}):
        async with open_s3_store(s3_server.options(PREFIX, endpoint_url=url, **given)) as store:
            with pytest.raises(StorageUnavailableError):
                await store.check()


async def test_an_authority_that_is_no_file_is_told(s3_server: S3Server, url: str, tmp_path: Path) -> None:
    options = s3_server.options(PREFIX, endpoint_url=url, authorities=tmp_path / "missing.pem")
    with pytest.raises(StorageUnavailableError):
        async with open_s3_store(options) as store:
            await store.check()
