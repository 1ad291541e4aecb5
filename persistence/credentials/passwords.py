"""Password hashing with argon2id by libpass, in threads of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import sys
import threading
from base64 import b64encode
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

from loguru import logger

from domain.accounts.passwords import PasswordCheck, normalize
from domain.errors import InvalidInputError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

Result = TypeVar("Result")

# OWASP Password Storage Cheat Sheet: argon2id with at least 19 MiB of memory, 2 iterations and 1 lane.
_MEMORY_KIB: Final = 19_456
_ITERATIONS: Final = 2
_LANES: Final = 1
_BCRYPT_BYTES: Final = 72
_NICENESS: Final = 10


class ThreadedPasswordHasher:
    """The port `PasswordHasher` on a bounded thread pool.

    At most `threads` hashes are computed at once (19 MiB of memory each) and `max_waiting` wait; who comes then, or
    has waited for `timeout` seconds, is told to come back. bcrypt hashes of imported users verify and are outdated.
    """

    def __init__(self, *, threads: int, max_waiting: int = 512, timeout: float = 10) -> None:
        self._threads = ThreadPoolExecutor(threads, "passwords", initializer=_give_way)
        self._limit = threads + max_waiting
        self._timeout = timeout
        self._pending: set[Future[Any]] = set()
        self._context = _LazyContext()
        self._nobody = _hash_of_nothing()

    def close(self) -> None:
        """Give up what waits and end the threads, without waiting for the hash that each is at."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def hash(self, password: str) -> str:
        """A new argon2id hash of the normalised password.

        Raises:
            InvalidInputError: no text that could be a password.
            UnavailableError: too many passwords wait to be hashed.
        """
        normalized = normalize(password)
        return await self._run(lambda: str(self._context.get().hash(normalized)))

    async def verify(self, password: str, hashed: str | None) -> PasswordCheck:
        """Compare with `hashed`, or with a hash that nothing matches if it is None.

        An unreadable hash matches nothing either, and is logged. A bcrypt hash takes as long as its cost says.

        Raises:
            UnavailableError: too many passwords wait to be hashed.
        """
        try:
            normalized = normalize(password)
        except InvalidInputError:
            normalized, hashed = "", None
        return await self._run(lambda: self._check(password, normalized, hashed))

    def _check(self, password: str, normalized: str, hashed: str | None) -> PasswordCheck:
        context = self._context.get()
        if hashed is None or not context.identify(hashed):
            _warn_of(hashed)
            context.verify(normalized, self._nobody)
            return PasswordCheck(matches=False)
        try:
            matches = any(context.verify(secret, hashed) for secret in _candidates(password, normalized, hashed))
            outdated = matches and context.needs_update(hashed)
        except ValueError:
            _warn_of(hashed)
            return PasswordCheck(matches=False)
        return PasswordCheck(matches, str(context.hash(normalized)) if outdated else None)

    async def _run(self, work: Callable[[], Result]) -> Result:
        if len(self._pending) >= self._limit:
            raise UnavailableError("Too many passwords are being checked now; try again.")
        future = self._threads.submit(work)
        # Whoever gave up waiting still fills a thread until its hash is done: the future knows, the caller does not.
        self._pending.add(future)
        future.add_done_callback(self._pending.discard)
        try:
            async with asyncio.timeout(self._timeout):
                return await asyncio.wrap_future(future)
        except TimeoutError as error:
            raise UnavailableError("Too many passwords are being checked now; try again.") from error


class _LazyContext:
    """libpass's context, made in the first thread that needs it: its import takes 60 ms that a start can do without."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._context: Any = None

    def get(self) -> Any:  # noqa: ANN401 - libpass has no types
        with self._lock:
            if self._context is None:
                self._context = _make_context()
            return self._context


def _make_context() -> Any:  # noqa: ANN401 - libpass has no types
    # Its import is late for the sake of _LazyContext, and it has no types.
    from passlib.context import (  # type: ignore[import-untyped]  # noqa: PLC0415
        CryptContext,  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]
    )

    return CryptContext(
        schemes=["argon2", "bcrypt"],
        deprecated=["bcrypt"],
        argon2__type="ID",
        argon2__memory_cost=_MEMORY_KIB,
        argon2__time_cost=_ITERATIONS,
        argon2__parallelism=_LANES,
    )


def _candidates(password: str, normalized: str, hashed: str) -> list[str | bytes]:
    """The forms of a password that may have been hashed.

    Ours are hashes of the normalised one. Whoever made a bcrypt hash has rather taken it as it came, and every bcrypt
    has cut it after 72 bytes without a word.
    """
    if not hashed.startswith("$2"):
        return [normalized]
    return list(dict.fromkeys(text.encode()[:_BCRYPT_BYTES] for text in (password, normalized)))


def _hash_of_nothing() -> str:
    """A hash of today's cost with a random digest, which no password has."""
    salt, digest = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={_MEMORY_KIB},t={_ITERATIONS},p={_LANES}${salt}${digest}"


def _warn_of(hashed: str | None) -> None:
    if hashed is not None:
        logger.warning("A stored password hash is in a format that is not known; nobody can sign in with it.")


def _give_way() -> None:
    """Let the thread that answers requests go first; Linux has a niceness for each thread, others do not."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # a sandbox may forbid it; then it hashes at the same priority
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
