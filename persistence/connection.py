"""One connection to PostgreSQL: where it is, how it is encrypted, what its session is set to."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import asyncpg

from persistence.errors import DatabaseRefusedError

if TYPE_CHECKING:
    from pathlib import Path

    from asyncpg.types import ServerVersion

OLDEST_VERSION: Final = 14
"""The oldest major version of PostgreSQL that is served."""

_ATTEMPT_SECONDS: Final = 5.0
_GRACE_SECONDS: Final = 5.0
_IDLE_SECONDS: Final = 60.0
_CACHED_STATEMENTS: Final = 512

# libpq knows these, hosted databases put them into their URLs, and asyncpg would send them on as server settings.
_LIBPQ_ONLY: Final = frozenset(
    {
        "channel_binding",
        "client_encoding",
        "connect_timeout",
        "fallback_application_name",
        "gssencmode",
        "keepalives",
        "keepalives_count",
        "keepalives_idle",
        "keepalives_interval",
        "load_balance_hosts",
        "pgbouncer",
        "sslcompression",
        "sslsni",
        "tcp_user_timeout",
    }
)

_TEXTS: Final = {
    "array_nulls": "on",
    "bytea_output": "hex",
    "datestyle": "ISO",
    "extra_float_digits": "1",
    "intervalstyle": "postgres",
    "standard_conforming_strings": "on",
}
"""How values are read and written as texts, whatever the database is set to: answers and cursors are made of them."""


@dataclass(frozen=True, slots=True)
class DatabaseOptions:
    """How to reach a database and how to behave there. Times are in seconds; a limit of 0 is no limit.

    `url` is a libpq URL (`postgresql://user:password@host:port/name?sslmode=require`); what it says about TLS beats
    `ssl` and `ssl_root_cert`. Without `prepared_statements` nothing outlives a transaction on the server, which is what
    a transaction pooler asks for.
    """

    url: str = field(repr=False)
    pool_size: int = 10
    pool_timeout: float = 10.0
    connect_timeout: float = 30.0
    statement_timeout: float = 30.0
    lock_timeout: float = 0.0
    search_path: str | None = None
    ssl: str = "prefer"
    ssl_root_cert: Path | None = None
    prepared_statements: bool = True

    @property
    def location(self) -> str:
        """`host:port/name` for messages: no user, no password."""
        parts = urlsplit(self.url)
        address = dict(parse_qsl(parts.query)).get("host") or parts.netloc.rpartition("@")[2] or "localhost"
        return f"{address}{parts.path}"

    @property
    def command_timeout(self) -> float | None:
        """Seconds that the client waits for the end of a statement; the server ends it first, unless it is gone."""
        return self.statement_timeout + _GRACE_SECONDS if self.statement_timeout else None

    def session_settings(self) -> dict[str, str]:
        """The server settings of a session or, behind a pooler, of each transaction."""
        idle = max(_IDLE_SECONDS, self.statement_timeout) if self.statement_timeout else 0
        return {
            "statement_timeout": _milliseconds(self.statement_timeout),
            "lock_timeout": _milliseconds(self.lock_timeout),
            "idle_in_transaction_session_timeout": _milliseconds(idle),
            "jit": "off",  # compiling costs more than the short statements of an API take
            **_TEXTS,
        } | ({"search_path": self.search_path} if self.search_path else {})

    def opening(self) -> str:
        """The statement that a transaction behind a pooler begins with, in place of settings of the session."""
        settings = self.session_settings().items()
        return "SELECT " + ", ".join(f"pg_catalog.set_config('{name}', '{value}', true)" for name, value in settings)

    def arguments(self) -> dict[str, Any]:
        """The arguments of `asyncpg.connect`.

        Raises:
            DatabaseRefusedError: the URL or a certificate file cannot be read.
        """
        settings = {"application_name": "selfgraph", "timezone": "UTC"}
        if self.prepared_statements:
            settings |= self.session_settings()
        try:
            parts = urlsplit(self.url)
            parameters = {
                name: value
                for name, value in parse_qsl(parts.query, strict_parsing=bool(parts.query))
                if name not in _LIBPQ_ONLY
            }
        except ValueError:
            raise DatabaseRefusedError("DATABASE_URL is not postgresql://user:password@host:port/name") from None
        return {
            "dsn": parts._replace(query=urlencode(parameters)).geturl(),
            "ssl": _encryption(self, parameters),
            "timeout": min(_ATTEMPT_SECONDS, self.connect_timeout),
            "command_timeout": self.command_timeout,
            "statement_cache_size": _CACHED_STATEMENTS if self.prepared_statements else 0,
            "max_cacheable_statement_size": 0,
            "server_settings": {name: value for name, value in settings.items() if name not in parameters},
        }


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))


def _encryption(options: DatabaseOptions, parameters: dict[str, str]) -> str | ssl.SSLContext:
    mode = parameters.get("sslmode", options.ssl)
    if not mode.startswith("verify-"):
        return mode
    # asyncpg would insist on ~/.postgresql/root.crt; without a file of ours the system's authorities are trusted.
    authority = parameters.get("sslrootcert") or options.ssl_root_cert
    try:
        context = ssl.create_default_context(cafile=None if authority == "system" else authority)
        if "sslcert" in parameters:
            context.load_cert_chain(
                parameters["sslcert"], parameters.get("sslkey"), lambda: parameters.get("sslpassword", "")
            )
    except OSError as error:
        raise DatabaseRefusedError(
            f"the TLS files of the database ({authority or 'the system authorities'}) cannot be read:"
            f" {error.strerror or error}"
        ) from None
    context.verify_flags &= (
        ~ssl.VERIFY_X509_STRICT
    )  # home-made authorities often lack what strict asks for; libpq agrees
    context.check_hostname = mode == "verify-full"
    return context


# A user who is called as the platform's schema would create tables there: "$user" comes first in the usual path.
_PATH: Final = """CASE WHEN current_user = 'selfgraph'
    THEN pg_catalog.regexp_replace(pg_catalog.current_setting('search_path'), '"[$]user" *,? *', '')
    ELSE pg_catalog.current_setting('search_path') END"""


async def leave_platform_schema(connection: asyncpg.Connection) -> None:
    """Take schema `selfgraph` out of the session's search path, where it got in as the name of the user."""
    await connection.execute(f"SELECT pg_catalog.set_config('search_path', {_PATH}, false)")


async def make_safe(connection: asyncpg.Connection) -> None:
    """As `leave_platform_schema`, and put temporary tables last, so that none can pass for a user's table."""
    await connection.execute(
        "SELECT pg_catalog.set_config('search_path',"
        f" pg_catalog.concat_ws(', ', nullif({_PATH}, ''), 'pg_temp'), false)"
    )


async def open_connection(options: DatabaseOptions) -> asyncpg.Connection:
    """Open a connection of one's own, outside every pool. Whoever opens it closes it."""
    return await asyncpg.connect(**options.arguments())


def refuse_old_version(version: ServerVersion) -> None:
    """Check the version of a server.

    Raises:
        DatabaseRefusedError: naming the server's version and the oldest one that is served.
    """
    if version.major < OLDEST_VERSION:
        raise DatabaseRefusedError(
            f"the database is PostgreSQL {version.major}.{version.minor}; selfgraph needs {OLDEST_VERSION} or newer"
        )
