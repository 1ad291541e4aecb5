from __future__ import annotations

import asyncpg
import pytest

from domain.errors import SelfgraphError, UnavailableError
from persistence.errors import TOO_MANY_ROWS, from_state, translate


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (TOO_MANY_ROWS, "PAYLOAD_TOO_LARGE"),
        ("0A000", "VALIDATION"),
        ("08006", "UNAVAILABLE"),
        ("22001", "VALIDATION"),
        ("22003", "VALIDATION"),
        ("22007", "VALIDATION"),
        ("22012", "VALIDATION"),
        ("2201B", "VALIDATION"),
        ("2201W", "VALIDATION"),
        ("22P02", "VALIDATION"),
        ("23502", "VALIDATION"),
        ("23503", "CONFLICT"),
        ("23505", "CONFLICT"),
        ("23514", "VALIDATION"),
        ("23P01", "CONFLICT"),
        ("21000", "VALIDATION"),
        ("25006", "UNAVAILABLE"),
        ("25P03", "TIMEOUT"),
        ("40001", "CONFLICT"),
        ("40P01", "CONFLICT"),
        ("42501", "FORBIDDEN"),
        ("42703", "UNAVAILABLE"),
        ("42P01", "UNAVAILABLE"),
        ("53300", "UNAVAILABLE"),
        ("54001", "PAYLOAD_TOO_LARGE"),
        ("54011", "PAYLOAD_TOO_LARGE"),
        ("44000", "VALIDATION"),
        ("55000", "UNAVAILABLE"),
        ("55P03", "TIMEOUT"),
        ("57014", "TIMEOUT"),
        ("57P01", "UNAVAILABLE"),
        ("HV00N", "UNAVAILABLE"),
        ("P0001", "VALIDATION"),
    ],
)
def test_a_failure_that_may_be_told_has_a_code(state: str, code: str) -> None:
    error = from_state(state, "secret text of the database 17")

    assert error is not None
    assert error.code == code
    assert "secret" not in error.message


@pytest.mark.parametrize("state", ["", "42601", "42P05", "XX000"])
def test_nobodys_failure_has_none(state: str) -> None:
    assert from_state(state) is None


def test_the_number_of_rows_is_told() -> None:
    error = from_state(TOO_MANY_ROWS, "more than 17 rows")

    assert error is not None
    assert "17 rows" in error.message


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TimeoutError(), "TIMEOUT"),
        (ConnectionResetError(), "UNAVAILABLE"),
        (asyncpg.InterfaceError("connection is closed"), "UNAVAILABLE"),
        (asyncpg.DataError("a value"), "VALIDATION"),
        (asyncpg.AdminShutdownError("bye"), "UNAVAILABLE"),
    ],
)
def test_failures_of_the_driver_and_the_network_are_known(error: Exception, code: str) -> None:
    known = translate(error)

    assert isinstance(known, SelfgraphError)
    assert known.code == code


def test_what_is_known_stays_itself() -> None:
    error = UnavailableError("gone")

    assert translate(error) is error


def test_a_bug_is_not_known() -> None:
    assert translate(KeyError("x")) is None
    assert translate(asyncpg.InterfaceError("the number of arguments is wrong")) is None
