"""What reaches a log line, in which form, and what never does."""

from __future__ import annotations

import io
import logging
import warnings
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from loguru import logger

from graph.logs import REDACTED, Redactor, Trace, configure_logs, current_trace
from graph.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Generator

SERVICE_KEY = "service-key-of-the-tests-0123456789"
PASSWORD = "p@ss/w ord%"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def settings(**given: Any) -> Settings:
    return Settings(**{"_env_file": None, **given})


@pytest.fixture(autouse=True)
def logging_restored() -> Generator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    logger.remove()
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = handlers, level


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def stream() -> io.StringIO:
    stream = io.StringIO()
    configure_logs(
        settings(service_key=SERVICE_KEY, database_url="postgresql://me:p%40ss%2Fw%20ord%25@db.example/shop"), stream
    )
    return stream


def test_a_line_is_json_where_nobody_reads_it_on_a_terminal(stream: io.StringIO) -> None:
    logger.bind(rows=3).info("Loaded {}", "album")
    [line] = lines(stream)
    assert (line["level"], line["message"], line["rows"]) == ("INFO", "Loaded album", 3)
    assert datetime.fromisoformat(line["time"]).tzinfo is not None


def test_a_line_is_readable_on_a_terminal() -> None:
    stream = Terminal()
    configure_logs(settings(), stream)
    logger.bind(rows=3).info("Loaded")
    assert "Loaded rows=3" in stream.getvalue()
    assert "\x1b[32mINFO" in stream.getvalue()


def test_production_writes_json_on_a_terminal_too() -> None:
    stream = Terminal()
    configure_logs(settings(environment="production"), stream)
    logger.info("Loaded")
    assert lines(stream)[0]["message"] == "Loaded"


def test_the_log_format_setting_beats_the_terminal() -> None:
    stream = Terminal()
    configure_logs(settings(log_format="json"), stream)
    logger.info("Loaded")
    assert lines(stream)[0]["message"] == "Loaded"


def test_a_line_break_in_a_message_does_not_forge_a_second_line() -> None:
    stream = Terminal()
    configure_logs(settings(), stream)
    logger.bind(path="/a\n12:00:00 INFO forged\x1b[2J").info("request")
    assert stream.getvalue().count("\n") == 1
    assert "\x1b[2J" not in stream.getvalue()


def test_lines_below_the_level_are_left_out() -> None:
    stream = io.StringIO()
    configure_logs(settings(log_level="WARNING"), stream)
    logger.info("quiet")
    logging.getLogger("library").info("quiet")
    logger.warning("loud")
    assert [line["message"] for line in lines(stream)] == ["loud"]


def test_the_standard_librarys_loggers_go_the_same_way(stream: io.StringIO) -> None:
    logging.getLogger("sqlalchemy.engine").warning("slow %s", "query")
    [line] = lines(stream)
    assert (line["level"], line["logger"], line["message"]) == ("WARNING", "sqlalchemy.engine", "slow query")


def test_a_message_with_braces_from_the_standard_library_is_taken_as_it_is(stream: io.StringIO) -> None:
    logging.getLogger("library").warning("{0} {nothing}")
    assert lines(stream)[0]["message"] == "{0} {nothing}"


def test_warnings_become_lines(stream: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old call", DeprecationWarning, stacklevel=1)
    assert "old call" in lines(stream)[0]["message"]


def test_an_exception_has_its_traceback_without_the_values_of_variables(stream: io.StringIO) -> None:
    def fail() -> None:
        hidden = "x" * 19
        raise ValueError(len(hidden))

    try:
        fail()
    except ValueError:
        logger.exception("It failed")
    [line] = lines(stream)
    assert "in fail" in line["exception"]
    assert line["exception"].endswith("ValueError: 19")
    assert "x" * 19 not in line["exception"]


def test_every_line_of_a_request_has_its_id(stream: io.StringIO) -> None:
    token = current_trace.set(Trace("abc-1"))
    try:
        logger.info("one")
        logging.getLogger("library").warning("two")
    finally:
        current_trace.reset(token)
    logger.info("three")
    assert [line.get("request_id") for line in lines(stream)] == ["abc-1", "abc-1", None]


SECRETS_IN_TEXT = [
    (f"key {SERVICE_KEY} given", SERVICE_KEY),
    (f"the password is {PASSWORD}", PASSWORD),
    ("connecting to postgresql://me:p%40ss%2Fw%20ord%25@db.example/shop", "p%40ss%2Fw%20ord%25"),
    ("connecting to postgresql://other:unknown1@db.example/shop", "unknown1"),
    ("apikey: abcdefgh", "abcdefgh"),
    ("{'apikey': 'abcdefgh', 'x': 1}", "abcdefgh"),
    ('{"apikey": "abcdefgh"}', "abcdefgh"),
    ("(b'apikey', b'x'), apikey=abcdefgh&x=1", "abcdefgh"),
    ("Authorization: Bearer abcdefgh.ijk", "abcdefgh.ijk"),
    ("authorization=Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
    ("sent Bearer abcdefghijk", "abcdefghijk"),
    ("X-Api-Key: abcdefgh", "abcdefgh"),
    ("password=hunter2x", "hunter2x"),
    ("SECRET_KEY=abcdefghijklmnop", "abcdefghijklmnop"),
    ("client_secret: abcdefgh", "abcdefgh"),
    ("access_token=abcdefgh", "abcdefgh"),
    ("token eyJhbGciOiJIUzI1.eyJzdWIiOiIx.c2lnbmF0dXJl seen", "eyJhbGciOiJIUzI1"),
    ("found sg_service_abcdefghijklmnop here", "sg_service_abcdefghijklmnop"),
    ("found sg_anon_abcdefghijklmnop here", "sg_anon_abcdefghijklmnop"),
]


@pytest.mark.parametrize(("text", "secret"), SECRETS_IN_TEXT)
def test_a_secret_in_a_message_is_redacted(stream: io.StringIO, text: str, secret: str) -> None:
    logger.info("{}", text)
    assert secret not in stream.getvalue()
    assert REDACTED in lines(stream)[0]["message"]


@pytest.mark.parametrize(("text", "secret"), SECRETS_IN_TEXT)
def test_a_secret_in_an_exception_is_redacted(stream: io.StringIO, text: str, secret: str) -> None:
    logger.opt(exception=RuntimeError(text)).error("It failed")
    assert secret not in stream.getvalue()


def test_a_secret_in_a_field_of_a_line_is_redacted(stream: io.StringIO) -> None:
    logger.bind(path=f"/{SERVICE_KEY}", apikey="abcdefgh").info("request")
    assert SERVICE_KEY not in stream.getvalue()
    assert "abcdefgh" not in stream.getvalue()
    assert lines(stream)[0]["path"] == f"/{REDACTED}"


def test_a_secret_from_the_standard_library_is_redacted(stream: io.StringIO) -> None:
    logging.getLogger("library").error("header %r", {"apikey": SERVICE_KEY})
    assert SERVICE_KEY not in stream.getvalue()


def test_a_secret_full_of_quotes_is_redacted_inside_json() -> None:
    secret = 'quote"back\\slash' * 3
    assert secret not in orjson.loads(Redactor([secret])(orjson.dumps({"message": f"is {secret}"}).decode()))["message"]


def test_a_redacted_line_is_still_json(stream: io.StringIO) -> None:
    logger.bind(body='{"password": "x\\"y", "token": "abc"}').info("{}", '{"apikey": "abcdefgh"}')
    assert len(lines(stream)) == 1


@pytest.mark.parametrize("text", ["POST /graphql 200", "the author of a monkey", "3 tokens read", "12:30 o'clock"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert Redactor()(text) == text
