from __future__ import annotations

import shutil
import ssl
from typing import TYPE_CHECKING

import psycopg
import pytest

from persistence.database import Database, DatabaseOptions
from persistence.errors import DatabaseRefusedError
from persistence.jobs.connector import conninfo
from tests.persistence.conftest import started_postgres
from tests.persistence.machine import MachinePostgres, demand, run

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


def make_authority(folder: Path, name: str) -> Path:
    """A certificate authority of one's own."""
    openssl = demand(shutil.which("openssl"), "openssl")
    run(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
        "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt")  # fmt: skip
    return folder / f"{name}.crt"


def sign(folder: Path, authority: Path, host: str) -> None:
    """A key and a certificate for a server called `host`."""
    openssl = demand(shutil.which("openssl"), "openssl")
    key, request, names = folder / "server.key", folder / "server.csr", folder / "names"
    run(openssl, "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={host}", "-keyout", key, "-out", request)
    names.write_text(f"subjectAltName=DNS:{host}\n")
    run(openssl, "x509", "-req", "-in", request, "-CA", authority, "-CAkey", authority.with_suffix(".key"), "-days", "2",
        "-CAcreateserial", "-extfile", names, "-out", folder / "server.crt")  # fmt: skip


@pytest.fixture(scope="module")
def encrypted() -> Generator[MachinePostgres]:
    """A server with TLS, whose certificate is for `localhost` and signed by `ours.crt` in its folder."""
    with started_postgres() as server:
        sign(server.folder, make_authority(server.folder, "ours"), "localhost")
        make_authority(server.folder, "theirs")
        server.stop()
        server.settings = [
            "ssl=on",
            *(f"ssl_{part}_file={server.folder}/server.{end}" for part, end in [("cert", "crt"), ("key", "key")]),
        ]
        server.start()
        yield server


async def is_encrypted(options: DatabaseOptions) -> bool:
    database = await Database.connect(options)
    answer = await database.fetch_value("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    await database.close()
    return bool(answer)


@pytest.mark.parametrize(("mode", "expected"), [("disable", False), ("prefer", True), ("require", True)])
async def test_a_mode_decides_about_encryption(encrypted: MachinePostgres, mode: str, *, expected: bool) -> None:
    assert await is_encrypted(DatabaseOptions(encrypted.url(), ssl=mode)) is expected


@pytest.mark.parametrize(("mode", "host"), [("verify-full", "localhost"), ("verify-ca", "127.0.0.1")])
async def test_a_certificate_is_verified_against_the_given_authority(
    encrypted: MachinePostgres, mode: str, host: str
) -> None:
    authority = encrypted.folder / "ours.crt"
    assert await is_encrypted(DatabaseOptions(encrypted.url(host=host), ssl=mode, ssl_root_cert=authority))


@pytest.mark.parametrize(
    ("mode", "host", "authority"),
    [("verify-full", "127.0.0.1", "ours"), ("verify-ca", "localhost", "theirs"), ("verify-full", "localhost", None)],
    ids=["another host", "another authority", "only the system's authorities"],
)
async def test_a_certificate_that_does_not_verify_is_refused_at_once(
    encrypted: MachinePostgres, mode: str, host: str, authority: str | None
) -> None:
    root = encrypted.folder / f"{authority}.crt" if authority else None
    options = DatabaseOptions(encrypted.url(host=host), ssl=mode, ssl_root_cert=root, connect_timeout=600)
    with pytest.raises(DatabaseRefusedError, match="certificate") as caught:
        await Database.connect(options)
    assert isinstance(caught.value.__cause__, ssl.SSLError)


async def test_what_the_url_says_about_tls_beats_the_settings(encrypted: MachinePostgres) -> None:
    parameters = f"?sslmode=verify-full&sslrootcert={encrypted.folder}/ours.crt"
    url = encrypted.url(host="localhost", parameters=parameters)
    assert await is_encrypted(DatabaseOptions(url, ssl="disable"))


async def test_an_authority_that_cannot_be_read_is_named(encrypted: MachinePostgres) -> None:
    missing = encrypted.folder / "missing.crt"
    with pytest.raises(DatabaseRefusedError, match=r"missing\.crt.*No such file"):
        await Database.connect(DatabaseOptions(encrypted.url(), ssl="verify-full", ssl_root_cert=missing))


@pytest.mark.parametrize(("host", "authority"), [("localhost", "ours"), ("127.0.0.1", "ours"), ("localhost", "theirs")])
async def test_the_worker_of_jobs_verifies_the_certificate_too(
    encrypted: MachinePostgres, host: str, authority: str
) -> None:
    root = encrypted.folder / f"{authority}.crt"
    told = conninfo(DatabaseOptions(encrypted.url(host=host), ssl="verify-full", ssl_root_cert=root))
    if (host, authority) == ("localhost", "ours"):
        async with await psycopg.AsyncConnection.connect(told) as connection:
            assert connection.pgconn.ssl_in_use
        return
    with pytest.raises(psycopg.OperationalError, match="certificate"):
        await psycopg.AsyncConnection.connect(told)
