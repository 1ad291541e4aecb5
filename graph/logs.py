"""Log lines: loguru for all of them, the request id on each line of a request, secrets taken out."""

from __future__ import annotations

import logging
import re
import traceback
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlsplit

import orjson
from loguru import logger

from graph.settings import Environment, LogFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TextIO

    from loguru import Message, Record

    from graph.settings import Settings

REDACTED: Final = "[redacted]"
# Shorter values are no secrets of ours, and replacing them would eat ordinary words.
_SHORTEST_SECRET: Final = 6
# The client chooses the name of an operation.
_LONGEST_NAME: Final = 100
_NAMED_SECRET: Final = re.compile(
    r"""(?ix)
    \b( (?:x-)?api[-_]?key | authorization | cookie | (?:\w*[-_])? (?:password|secret|token)
      | (?:secret|service|anon)_key )
    ( \\? ["']? \s* [:=] \s* \\? (?:b?["'])? )
    ( (?:(?:bearer|basic)\s+)? [^\s"'\\,;&)}\]]+ )
    """
)
_URL_PASSWORD: Final = re.compile(r"(://[^\s:/@]*:)[^\s@/]+(?=@)")
_CREDENTIALS: Final = re.compile(r"(?i)\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}")
_KEY: Final = re.compile(r"\b(?:eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|sg_(?:service|anon)_[\w-]{8,})")
# A line without any of these, such as an access line, is spared the patterns above.
_HINTS: Final = ("key", "auth", "cookie", "password", "secret", "token", "bearer", "basic", "://", "eyj", "sg_")
_CONTROL: Final = {code: f"\\x{code:02x}" for code in (*range(32), 127)} | {9: "\\t", 10: "\\n", 13: "\\r"}
_JSON_OPTIONS: Final = orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
_COLOURS: Final = {"TRACE": "2", "DEBUG": "34", "INFO": "32", "WARNING": "33", "ERROR": "31", "CRITICAL": "1;31"}


@dataclass(slots=True)
class Trace:
    """What the log lines of one request share; the endpoint adds the name of the operation once it knows it."""

    request_id: str
    operation: str | None = None


current_trace: Final[ContextVar[Trace | None]] = ContextVar("current_trace", default=None)
"""The trace of the request that this task works for."""


def name_operation(name: str | None) -> None:
    """Let the access line of the current request name its GraphQL operation."""
    trace = current_trace.get()
    if trace is not None and name is not None:
        trace.operation = name[:_LONGEST_NAME]


class Redactor:
    """Takes secrets out of text: the known values, and whatever is written like one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: list[str] = []
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: str) -> None:
        """Redact this value from now on, also where it is percent-encoded or inside JSON."""
        for form in {secret, quote(secret, safe=""), orjson.dumps(secret).decode()[1:-1]}:
            if len(form) >= _SHORTEST_SECRET and form not in self._secrets:
                self._secrets.append(form)

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, REDACTED)
        lowered = text.lower()
        for hint in _HINTS:
            if hint in lowered:
                return self._without_patterns(text)
        return text

    def _without_patterns(self, text: str) -> str:
        text = _URL_PASSWORD.sub(rf"\1{REDACTED}", text)
        text = _NAMED_SECRET.sub(rf"\1\2{REDACTED}", text)
        text = _CREDENTIALS.sub(rf"\1 {REDACTED}", text)
        return _KEY.sub(REDACTED, text)


def secrets_of(settings: Settings) -> list[str]:
    """The secret values among the settings, and the password inside `database_url`."""
    given = (settings.secret_key, settings.service_key, settings.anon_key, settings.smtp_password)
    keys = [key.get_secret_value() for key in given if key]
    if settings.database_url is None:
        return keys
    password = urlsplit(settings.database_url.get_secret_value()).password
    return [*keys, *({password, unquote(password)} if password else ())]


def configure_logs(settings: Settings, stream: TextIO) -> None:
    """Send every log line of the process, the standard library's too, to `stream`."""
    redact = Redactor(secrets_of(settings))
    render = _text_renderer(coloured=stream.isatty()) if _is_readable(settings, stream) else _render_json

    def write(message: Message) -> None:
        stream.write(redact(render(message.record)))
        stream.flush()

    # The format is unused (the sink renders the record); as a function it spares loguru its own rendering.
    logger.remove()
    logger.add(write, level=settings.log_level, format=lambda _: "", backtrace=False, diagnose=False)
    _route_standard_logging(settings.log_level)


def _is_readable(settings: Settings, stream: TextIO) -> bool:
    if settings.log_format is LogFormat.AUTO:
        return settings.environment is not Environment.PRODUCTION and stream.isatty()
    return settings.log_format is LogFormat.TEXT


def _render_json(record: Record) -> str:
    line: dict[str, Any] = {
        "time": record["time"].isoformat(),
        "level": record["level"].name,
        "logger": record["name"],
        "message": record["message"],
    }
    trace = current_trace.get()
    if trace is not None:
        line["request_id"] = trace.request_id
    line.update(record["extra"])
    if record["exception"] is not None:
        line["exception"] = _traceback(record)
    return orjson.dumps(line, default=str, option=_JSON_OPTIONS).decode(errors="replace")


def _text_renderer(*, coloured: bool) -> Callable[[Record], str]:
    def render(record: Record) -> str:
        level = f"{record['level'].name:<7}"
        if coloured:
            level = f"\x1b[{_COLOURS.get(record['level'].name, '0')}m{level}\x1b[0m"
        fields = dict(record["extra"])
        trace = current_trace.get()
        if trace is not None:
            fields["request_id"] = trace.request_id
        said = " ".join([record["message"], *(f"{name}={value}" for name, value in fields.items())])
        exception = f"\n{_traceback(record)}" if record["exception"] is not None else ""
        clock = record["time"].isoformat(timespec="milliseconds")[11:23]
        return f"{clock} {level} {said.translate(_CONTROL)}{exception}\n"

    return render


def _traceback(record: Record) -> str:
    kind, value, trace = record["exception"] or (None, None, None)
    return "".join(traceback.format_exception(kind, value, trace)).rstrip()


class _ToLoguru(logging.Handler):
    """Hands the records of the standard library's loggers to loguru."""

    def emit(self, record: logging.LogRecord) -> None:
        level: str | int = record.levelname if record.levelname in _COLOURS else record.levelno

        def name(line: Record) -> None:
            line["name"] = record.name

        named = logger.patch(name)
        named.opt(exception=record.exc_info).log(level, "{}", record.getMessage())


def _route_standard_logging(level: str) -> None:
    everything = level in {"TRACE", "DEBUG"}
    logging.basicConfig(handlers=[_ToLoguru()], level=logging.DEBUG if everything else level, force=True)
    # These tell their own life story at INFO.
    for name in ("uvicorn", "alembic"):
        logging.getLogger(name).setLevel(logging.DEBUG if everything else logging.WARNING)
    # What goes wrong with jobs is told by persistence.jobs, without their arguments.
    for name in ("procrastinate", "psycopg"):
        logging.getLogger(name).setLevel(logging.DEBUG if level == "TRACE" else logging.CRITICAL)
    logging.captureWarnings(capture=True)
