"""The settings, from the environment and `.env`; read by `app`, the command line and `alembic/env.py` only."""

from __future__ import annotations

import re
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Self, cast, get_args
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from graph.account_settings import AccountSettings
from graph.mail_settings import MailSettings
from graph.openid_settings import OpenIdSettings
from graph.rate_limit_settings import RateLimitSettings
from graph.storage_settings import StorageSettings
from graph.token_settings import TokenSettings


class Environment(StrEnum):
    """Where the server runs: decides the log format and how loudly defaults are questioned."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class LogFormat(StrEnum):
    """`auto` is readable on a terminal and JSON elsewhere."""

    AUTO = "auto"
    JSON = "json"
    TEXT = "text"


class TableNaming(StrEnum):
    """`camel` is Hasura's graphql-default, `snake` its hasura-default."""

    CAMEL = "camel"
    SNAKE = "snake"


class DatabaseSsl(StrEnum):
    """libpq's `sslmode` values, except `allow`."""

    DISABLE = "disable"
    PREFER = "prefer"
    REQUIRE = "require"
    VERIFY_CA = "verify-ca"
    VERIFY_FULL = "verify-full"


Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=3600)]
Count = Annotated[int, Field(ge=1)]
Names = Annotated[tuple[str, ...], NoDecode]

_ORIGIN = re.compile(r"https?://(?:\[[0-9a-f:.]+\]|[^\s/?#@:\[\]]+)(?::\d{1,5})?", re.IGNORECASE)


class Settings(AccountSettings, OpenIdSettings, TokenSettings, RateLimitSettings, MailSettings, StorageSettings):
    """The settings of one process. Names of the environment are the field names in upper case."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        use_attribute_docstrings=True,
    )

    environment: Environment = Environment.DEVELOPMENT
    """`development` or `production`."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: Port = 8000
    """TCP port to listen on; 0 takes a free one."""
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    """Server processes."""
    shutdown_timeout: Seconds = 10
    """Seconds that running requests get after SIGTERM."""
    log_level: str = "INFO"
    """TRACE, DEBUG, INFO, WARNING or ERROR."""
    log_format: LogFormat = LogFormat.AUTO
    """`auto`, `json` or `text`."""

    data_dir: Path = Path(".selfgraph")
    """Folder of the embedded PostgreSQL, of `keys.env` and of files; mode 0700, or 0710 if root starts the server."""
    secret_key: SecretStr | None = None
    """At least 32 characters; made on the first start when absent."""
    service_key: SecretStr | None = None
    """The superadmin's API key; made on the first start when absent. Servers of one database share it."""
    anon_key: SecretStr | None = None
    """The public API key; made on the first start when absent. Servers of one database share it."""

    database_url: SecretStr | None = None
    """`postgresql://user:password@host:port/name` (PostgreSQL 14 to 18); absent: an embedded server is started."""
    database_pool_size: Annotated[int, Field(ge=1, le=1000)] = 10
    """Connections a process keeps for requests."""
    database_pool_timeout: Seconds = 10
    """Seconds a request waits for a free connection."""
    database_connect_timeout: Seconds = 30
    """Seconds that the start keeps trying to reach the database."""
    database_ssl: DatabaseSsl = DatabaseSsl.PREFER
    """TLS to the database: `disable`, `prefer`, `require`, `verify-ca` or `verify-full`."""
    database_ssl_root_cert: Path | None = None
    """CA file for `verify-ca` and `verify-full`; absent: the system's."""
    database_prepared_statements: bool = True
    """Off behind a transaction pooler that cannot keep named prepared statements (PgBouncer before 1.21)."""
    statement_timeout: Seconds = 30
    """Seconds a statement may run in the database."""
    embedded_port: Port = 0
    """Loopback port of the embedded PostgreSQL; 0: Unix socket only."""

    table_naming: TableNaming = TableNaming.CAMEL
    """`camel` (albumByPk) or `snake` (album_by_pk)."""
    tables_first: bool = False
    """A name that a table and the platform both want is the table's; the platform's `users` is `platformUsers` then."""
    exposed_schemas: Names = ("public",)
    """PostgreSQL schemas whose tables are served, comma-separated; names of the first one get no prefix."""
    stringify_numeric_types: bool = False
    """Answer bigint, numeric and double precision as JSON strings."""
    max_rows: Annotated[int, Field(ge=1, le=10_000_000)] = 100_000
    """Rows a list may hold; a larger answer is PAYLOAD_TOO_LARGE."""
    max_answer_bytes: Annotated[int, Field(ge=0, le=1_000_000_000)] = 67_108_864
    """Bytes of JSON that a root field of a table may answer; more are PAYLOAD_TOO_LARGE; 0: no limit."""
    max_query_cost: Annotated[float, Field(gt=0)] | None = None
    """The most that a query over tables may cost by PostgreSQL's estimate; more is TOO_EXPENSIVE. Not for admins."""
    shared_read_cost: Annotated[float, Field(ge=0)] = 200
    """The most that a query over tables may cost, as estimated, to share a statement with others like it; 0: none."""
    catalog_poll_interval: Seconds = 5
    """Seconds between looks at the database's structure where event triggers are not allowed, and at enum tables."""

    introspection: bool = True
    """Answer `__schema` and `__type`."""
    debug_permissions: bool = False
    """Tell every caller which permission is missing, not only administrators who act in another role."""
    playground: bool = True
    """Serve GraphiQL at `/`."""
    cors_origins: Names = ()
    """Origins that browsers may call from, comma-separated (`https://app.example`), or `*`; same origin always may."""
    cors_credentials: bool = False
    """Let browsers send credentials from `cors_origins`; not with `*`."""
    trusted_proxies: Names = ()
    """Networks whose `X-Forwarded-For` is believed, comma-separated (`10.0.0.0/8`)."""
    max_body_bytes: Count = 1_048_576
    """Bytes of a request body, uploads apart."""
    max_upload_bytes: Count = 104_857_600
    """Bytes of a multipart request."""
    max_batch_operations: Count = 10
    """Operations in one batched request."""
    max_depth: Count = 20
    """Levels of fields in an operation."""
    max_aliases: Count = 50
    """Aliases in a document."""
    max_tokens: Count = 10_000
    """Lexical tokens in a document."""
    max_directives: Count = 100
    """Directives in a document."""
    max_root_fields: Count = 50
    """Fields at the root of an operation."""
    max_frame_bytes: Count = 1_048_576
    """Bytes of a websocket message from a client."""
    max_socket_operations: Count = 100
    """Operations that run at once on one websocket."""
    execution_timeout: Seconds = 60
    """Seconds an operation may take, subscriptions apart."""

    @field_validator("exposed_schemas", "cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"TRACE", "DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("one of TRACE, DEBUG, INFO, WARNING, ERROR")
        return value.upper()

    @field_validator("secret_key", "service_key", "anon_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:  # noqa: PLR2004 - 32 characters, as said in the message
            raise ValueError("at least 32 characters")
        return value

    @field_validator("database_url")
    @classmethod
    def _postgresql_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        accepted = "postgresql://user:password@host:port/name"
        try:
            parts = urlsplit(value.get_secret_value())
            _ = parts.port
        except ValueError:
            raise ValueError(accepted) from None
        if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
            raise ValueError(accepted)
        return value

    @field_validator("exposed_schemas")
    @classmethod
    def _some_schema(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or any(name in {"selfgraph", "information_schema"} or name.startswith("pg_") for name in value):
            raise ValueError("at least one schema of your own, not selfgraph, information_schema or pg_*")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(origin == "*" or _ORIGIN.fullmatch(origin) for origin in value):
            raise ValueError("origins such as https://app.example, or *")
        return tuple(origin.lower() for origin in value)

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        try:
            return tuple(str(ip_network(each, strict=False)) for each in value)
        except ValueError:
            raise ValueError("networks such as 10.0.0.0/8, or addresses") from None

    @model_validator(mode="after")
    def _no_credentials_for_everyone(self) -> Self:
        if self.cors_credentials and "*" in self.cors_origins:
            raise ValueError("CORS_CREDENTIALS=true needs CORS_ORIGINS to name each origin, not *")
        return self


def shown(secret: SecretStr | None) -> str | None:
    """A secret setting as text, for whoever uses it; None if it is not given."""
    return None if secret is None else secret.get_secret_value()


class SettingsError(Exception):
    """One or more settings are wrong; the message has a line for each."""


def load_settings(**given: Any) -> Settings:  # noqa: ANN401 - any setting by its name
    """Read the settings; `given` beats the environment.

    Raises:
        SettingsError: with a line for each wrong setting: its name, its value unless secret, and what is accepted.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(cast("dict[str, Any]", line)) for line in error.errors())) from None
    except UnicodeDecodeError:
        raise SettingsError(".env cannot be read: it is not UTF-8 text") from None


def _explain(error: dict[str, Any]) -> str:
    accepted = str(error["msg"]).removeprefix("Value error, ")
    if not error["loc"]:
        return accepted
    name = str(error["loc"][0])
    field = Settings.model_fields.get(name)
    secret = field is not None and (field.annotation is SecretStr or SecretStr in get_args(field.annotation))
    shown = "(secret, not shown)" if secret else repr(error["input"])
    meaning = f" ({field.description})" if field is not None and field.description else ""
    return f"{name.upper()}={shown} is not accepted: {accepted}{meaning}"
