"""The keys of an installation: given by the environment, or made once and kept in `DATA_DIR/keys.env`."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import stat
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from domain.errors import SelfgraphError

if TYPE_CHECKING:
    from collections.abc import Generator

FILE_NAME: Final = "keys.env"

_SECRET, _SERVICE, _ANON = "SECRET_KEY", "SERVICE_KEY", "ANON_KEY"
_PREFIXES: Final = {_SECRET: "", _SERVICE: "sg_service_", _ANON: "sg_anon_"}
_SHORTEST: Final = 32
_PRIVATE: Final = 0o600
_LOCK_SECONDS: Final = 10.0
_HEADER: Final = "# Made by selfgraph. SERVICE_KEY opens everything: keep this file to yourself.\n"


class KeysError(SelfgraphError):
    """The keys cannot be read or kept; the message is one line for the operator, without any key."""


@dataclass(frozen=True, slots=True)
class GivenKeys:
    """The keys that the environment gives; None where it gives none."""

    secret: str | None = field(default=None, repr=False)
    service: str | None = field(default=None, repr=False)
    anon: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys in use: `secret` signs, `service` is the superadmin's API key, `anon` the public one."""

    secret: str = field(repr=False)
    service: str = field(repr=False)
    anon: str = field(repr=False)


def load_or_create(data_dir: Path, given: GivenKeys) -> Keys:
    """Take the given keys, read the others from `data_dir`, and make those that are in neither.

    Given keys are never written. Processes that start at the same time agree on one set of keys. Where all are given
    no file is touched; otherwise `data_dir` is made with mode 0700 if absent and `keys.env` always has mode 0600.

    Raises:
        KeysError: the file or its folder cannot be used.
    """
    keys = {_SECRET: given.secret, _SERVICE: given.service, _ANON: given.anon}
    missing = [name for name, value in keys.items() if value is None]
    stored: dict[str, str] = {}
    if missing:
        try:
            stored = _stored(data_dir, missing)
        except OSError as error:
            path = error.filename or data_dir / FILE_NAME
            raise KeysError(f"the keys cannot be kept in {path}: {error.strerror or error}") from error
    secret, service, anon = (value or stored[name] for name, value in keys.items())
    return Keys(secret, service, anon)


def _stored(data_dir: Path, names: list[str]) -> dict[str, str]:
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        data_dir.mkdir(mode=0o700)
    file = data_dir / FILE_NAME
    with _alone(data_dir):
        stored = _read(file)
        new = {name: _PREFIXES[name] + secrets.token_urlsafe(36) for name in names if name not in stored}
        if new:
            stored |= new
            _write(file, stored)
    return stored


@contextlib.contextmanager
def _alone(folder: Path) -> Generator[None]:
    # The folder itself is locked: the file is replaced as a whole, so a lock on it would be on the wrong one.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        end = time.monotonic() + _LOCK_SECONDS
        while not _try_lock(descriptor):
            if time.monotonic() > end:
                raise KeysError(f"the keys cannot be kept in {folder}: another process holds the folder's lock")
            time.sleep(0.01)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(file: Path) -> dict[str, str]:
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return {}
    with os.fdopen(descriptor, "rb") as content:
        if stat.S_IMODE(os.fstat(descriptor).st_mode) != _PRIVATE:
            os.fchmod(descriptor, _PRIVATE)
        lines = content.read().splitlines()
    return dict(
        _parse(file, number, line) for number, line in enumerate(lines, 1) if line.strip()[:1] not in {b"", b"#"}
    )


def _parse(file: Path, number: int, line: bytes) -> tuple[str, str]:
    try:
        name, _, value = line.decode("ascii").partition("=")
    except UnicodeDecodeError:
        name, value = "", ""
    if name not in _PREFIXES or len(value) < _SHORTEST:
        wanted = ", ".join(_PREFIXES)
        raise KeysError(
            f"{file}, line {number}: not one of {wanted} with at least {_SHORTEST} characters;"
            " correct it, or remove the file to get new keys"
        )
    return name, value


def _write(file: Path, keys: dict[str, str]) -> None:
    descriptor, temporary = tempfile.mkstemp(prefix=f".{FILE_NAME}.", dir=file.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as content:
            content.write(_HEADER + "".join(f"{name}={keys[name]}\n" for name in _PREFIXES if name in keys))
            content.flush()
            os.fsync(descriptor)
            if os.geteuid() == 0:  # the folder's owner must be able to read it when root has started the server once
                os.fchown(descriptor, file.parent.stat().st_uid, -1)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
