"""Procrastinate's connections: to the same database, encrypted and bounded like all others."""

from __future__ import annotations

import asyncio
import re
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import psycopg
from procrastinate import PsycopgConnector
from psycopg.conninfo import make_conninfo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import LiteralString

    from persistence.connection import DatabaseOptions

_UNQUALIFIED: Final = re.compile(r"(?<![\w.])(?=procrastinate_\w)")
_POOL_SIZE: Final = 3
_POOL_SECONDS: Final = 10.0
_GRACE_SECONDS: Final = 5.0
# A network that swallows packets is noticed by the listener within half a minute.
_ALIVE: Final[dict[str, str | int]] = {
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
_AUTHORITIES: Final = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


class SchemaConnector(PsycopgConnector):
    """A connector whose statements name the schema `selfgraph`.

    The library relies on the search path instead, which is nothing that a connection behind a transaction pooler has.
    """

    def __init__(self, options: DatabaseOptions) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - the library types some callables only in part
            conninfo=conninfo(options),
            kwargs={} if options.prepared_statements else {"prepare_threshold": None},
            configure=_commit_each,
            min_size=1,
            max_size=_POOL_SIZE,
            num_workers=1,
            timeout=_POOL_SECONDS,
            name="jobs",
        )
        self._seconds = _POOL_SECONDS + (options.statement_timeout or _GRACE_SECONDS) + _GRACE_SECONDS

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:  # noqa: ANN401 - the library's signature
        """Run a statement."""
        async with asyncio.timeout(self._seconds):
            await super().execute_query_async(qualified(query), **arguments)

    async def execute_query_one_async(self, query: LiteralString, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - the library's signature
        """Run a statement; give its first row."""
        async with asyncio.timeout(self._seconds):
            row: dict[str, Any] = await super().execute_query_one_async(qualified(query), **arguments)
        return row

    async def execute_query_all_async(self, query: LiteralString, **arguments: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - the library's signature
        """Run a statement; give its rows."""
        async with asyncio.timeout(self._seconds):
            rows: list[dict[str, Any]] = await super().execute_query_all_async(qualified(query), **arguments)
        return rows


def qualified(query: LiteralString) -> LiteralString:
    """The statement with the schema before each name of the library."""
    return _UNQUALIFIED.sub("selfgraph.", query)  # pyright: ignore[reportReturnType] - made of literals


def conninfo(options: DatabaseOptions) -> str:
    """What libpq is told, of the same options that asyncpg is given."""
    parts = urlsplit(options.url)
    given = dict(parse_qsl(parts.query))
    known = {each.keyword.decode() for each in psycopg.pq.Conninfo.get_defaults()}
    told = {name: value for name, value in given.items() if name in known}
    settings = options.session_settings() | {"timezone": "UTC"}
    return make_conninfo(
        f"postgresql://{parts.netloc}{parts.path}?{urlencode(told)}",
        application_name="selfgraph jobs",
        connect_timeout=max(2, round(min(_GRACE_SECONDS, options.connect_timeout))),
        **_ALIVE,
        **_encryption(options, told),
        **(_session(told, settings) if options.prepared_statements else {}),
    )


def _session(told: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    own = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return {"options": " ".join(filter(None, [own, told.get("options")]))}


def _encryption(options: DatabaseOptions, told: Mapping[str, str]) -> dict[str, str]:
    mode = told.get("sslmode", options.ssl)
    if not mode.startswith("verify-"):
        return {"sslmode": mode}
    # libpq would insist on ~/.postgresql/root.crt, and its `system` is not that of this machine in a binary wheel.
    authority = told.get("sslrootcert") or options.ssl_root_cert
    if authority is None or authority == "system":
        usual = ssl.get_default_verify_paths().cafile
        authority = next((path for path in (usual, *_AUTHORITIES) if path and Path(path).is_file()), "system")
    return {"sslmode": mode, "sslrootcert": str(authority)}


async def _commit_each(connection: psycopg.AsyncConnection[Any]) -> None:
    await connection.set_autocommit(True)
