"""What an operator asks of the server: how is it, start it and leave it running, stop it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from persistence.embedded import keeper, layout
from persistence.embedded.errors import EmbeddedError
from persistence.embedded.locks import FileLock
from persistence.embedded.processes import Postmaster, find_postmaster, has_keeper, lease_holders, signal_keeper
from persistence.embedded.server import EmbeddedServer, acquire, as_embedded_error, ensure_keeper

if TYPE_CHECKING:
    from pathlib import Path

    from persistence.embedded.layout import Layout

STARTUP_SECONDS: Final = 10
STOP_SECONDS: Final = 150  # three kinds of shutdown, the first two of which get a minute each
KEEPER_PROBE_SECONDS: Final = 0.2
POLL_SECONDS: Final = 0.02
BLOCK_BYTES: Final = 512


@dataclass(frozen=True, slots=True)
class Status:
    """How the server of a data folder is.

    `postmaster` is None when it is stopped; `version` is that of the cluster's programs; `started` is Unix time, 0 when
    stopped; `users` are process ids, None where the system does not tell them; `pinned` means that it stays without
    users; `size` is in bytes on disk.
    """

    directory: Path
    postmaster: Postmaster | None
    version: str
    started: float
    users: tuple[int, ...] | None
    pinned: bool
    size: int
    notice: str | None


def status(data_dir: Path) -> Status:
    """Look, and change nothing.

    Raises:
        EmbeddedError: when the data folder cannot be read.
    """
    with as_embedded_error(data_dir):
        place = layout.locate(data_dir)
        postmaster = find_postmaster(place.data)
        users = lease_holders(place) if place.lease.exists() else ()
        return Status(
            directory=place.home,
            postmaster=postmaster,
            version=place.binaries.server_version,
            started=postmaster.started if postmaster else 0,
            users=users,
            pinned=place.pin.exists(),
            size=_size(place.home),
            notice=place.notice,
        )


def start(data_dir: Path, *, port: int = 0, timeout: float = 60) -> EmbeddedServer:
    """Start the server and leave it running until `stop`; the share that is returned is given back already.

    Raises:
        EmbeddedError: as `acquire`.
    """
    server = acquire(data_dir, port=port, timeout=timeout)
    try:
        with as_embedded_error(data_dir):
            layout.locate(data_dir).pin.touch(mode=0o600)
    finally:
        server.release()
    return server


def stop(data_dir: Path, *, force: bool = False) -> bool:
    """Stop the server; True if it ran.

    Args:
        data_dir: the data folder.
        force: stop it although others use it.

    Raises:
        EmbeddedError: when it is used and `force` is off, or it does not stop.
    """
    with as_embedded_error(data_dir):
        place = layout.locate(data_dir)
        if not place.startup_lock.exists():
            return False
        with FileLock(place.startup_lock, place.owner) as startup:
            startup.wait_exclusive(time.monotonic() + STARTUP_SECONDS)
            if not force:
                _refuse_if_used(place)
            return _stop(place)


def _refuse_if_used(place: Layout) -> None:
    with FileLock(place.lease, place.owner) as lease:
        deadline = time.monotonic() + KEEPER_PROBE_SECONDS  # the keeper looks at the lease now and then
        while not lease.try_exclusive():
            if time.monotonic() > deadline:
                users = lease_holders(place)
                named = f" (process {', '.join(map(str, users))})" if users else ""
                raise EmbeddedError(f"the embedded PostgreSQL is in use{named}; stop its users first, or use --force")
            time.sleep(POLL_SECONDS)


def _stop(place: Layout) -> bool:
    place.pin.unlink(missing_ok=True)
    deadline = time.monotonic() + STOP_SECONDS
    ensure_keeper(place, deadline)
    if not has_keeper(place):
        return False
    if not signal_keeper(place, keeper.STOP):
        raise EmbeddedError("the embedded PostgreSQL runs in another container or under another user; stop it there")
    while has_keeper(place):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"the embedded PostgreSQL in {place.home} does not stop; see {place.logs}")
        time.sleep(POLL_SECONDS)
    return True


def _size(folder: Path) -> int:
    """Bytes on disk, of what is still there when it is looked at."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(f"{path}/{name}").st_blocks * BLOCK_BYTES
            except FileNotFoundError:
                continue
    return total
