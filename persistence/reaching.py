"""Reaching a database that may still be starting: exponential backoff with jitter, and one clear last line."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import ssl
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import unquote, urlsplit

import asyncpg
from loguru import logger

from domain.errors import TimedOutError, UnavailableError
from persistence.errors import DatabaseRefusedError, DatabaseUnreachableError, driver_error, translate

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from persistence.connection import DatabaseOptions

_FIRST_DELAY: Final = 0.1
_LONGEST_DELAY: Final = 5.0

FAILURES: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, DatabaseRefusedError)
"""What a database, its drivers or the network between raise."""

Reached = TypeVar("Reached")


async def reach(
    attempt: Callable[[], Awaitable[Reached]], options: DatabaseOptions, doing: str = "connect to"
) -> Reached:
    """Call `attempt` until it succeeds; begin no new try after `options.connect_timeout` seconds.

    `doing` is the verb of the message. What is no failure of the database passes through.

    Raises:
        DatabaseUnreachableError: the time is over; the message has the last reason, and no password.
        DatabaseRefusedError: at once, when waiting cannot help (a wrong password, name, certificate).
    """
    clock = asyncio.get_running_loop().time
    end = clock() + options.connect_timeout
    delay = _FIRST_DELAY
    while True:
        try:
            return await attempt()
        except Exception as error:
            if not isinstance(driver_error(error), FAILURES):
                raise
            reason = explain(error, options, doing)
            if not _may_pass(error):
                raise DatabaseRefusedError(reason) from error
            pause = delay * random.uniform(0.5, 1)  # noqa: S311 - jitter, not a secret
            if clock() + pause >= end:
                raise DatabaseUnreachableError(f"{reason} (gave up after {options.connect_timeout:g} s)") from error
        if delay == _FIRST_DELAY:
            logger.warning("{}; trying again for {:g} s", reason, options.connect_timeout)
        await asyncio.sleep(pause)
        delay = min(delay * 2, _LONGEST_DELAY)


def explain(error: Exception, options: DatabaseOptions, doing: str = "connect to") -> str:
    """One line for the operator about what failed, without the password."""
    if isinstance(error, DatabaseRefusedError):
        return error.message
    text = f"cannot {doing} PostgreSQL at {options.location}: {_reason(error)}"
    password = urlsplit(options.url).password
    for secret in {password, unquote(password)} if password else ():
        text = text.replace(secret, "***")
    return text


def _reason(error: BaseException) -> str:
    error = driver_error(error)
    if isinstance(error, TimeoutError):
        return "no answer"
    if isinstance(error, OSError) and error.errno and not isinstance(error, socket.gaierror | ssl.SSLError):
        return os.strerror(error.errno).lower()
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return (str(error).splitlines() or [type(error).__name__])[0]


def _may_pass(error: Exception) -> bool:
    # A refused upgrade to TLS comes as a bare ConnectionError; everything that the network does has a class of its own.
    if isinstance(error, ssl.SSLError) or type(error) is ConnectionError:
        return False
    if isinstance(error, asyncpg.InterfaceError):
        return False
    return isinstance(translate(error), UnavailableError | TimedOutError)
