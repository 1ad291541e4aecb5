"""Where the files are: `DATA_DIR/postgres`, or a folder of /var/lib/selfgraph that the server's user can enter."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from persistence.embedded import identity
from persistence.embedded.binaries import Binaries, copy_binaries, find_binaries
from persistence.embedded.errors import EmbeddedError
from persistence.embedded.identity import ROOT, Identity

SYSTEM_FOLDER = Path("/var/lib/selfgraph")


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders and files of one embedded server, and who owns them.

    `home` belongs to `owner`, who alone reads the password and the locks; `data`, `logs` and `sockets` belong to `server`.
    """

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
    def password_file(self) -> Path:
        """The superuser's password, one line."""
        return self.home / "password"

    @property
    def pid_file(self) -> Path:
        """PostgreSQL's own note of its process."""
        return self.data / "postmaster.pid"


def locate(data_dir: Path) -> Layout:
    """Decide where the files of `data_dir` are, and make the folders that are missing.

    Raises:
        EmbeddedError: when a folder cannot be made or entered.
    """
    data_dir = Path(os.path.realpath(data_dir))
    binaries = find_binaries()
    owner = identity.owner_of(data_dir)
    server = identity.server_of(owner)
    try:
        return _make(data_dir, binaries, owner, server)
    except OSError as error:
        path = error.filename2 or error.filename or data_dir
        raise EmbeddedError(f"the data folder {data_dir} cannot be used: {path}: {error.strerror}") from error


def _make(data_dir: Path, binaries: Binaries, owner: Identity, server: Identity) -> Layout:
    _make_folder(data_dir, owner)
    notices: list[str] = []
    home = data_dir / "postgres"
    if owner.uid == ROOT:
        elsewhere = SYSTEM_FOLDER / hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
        if elsewhere.exists() or not _opened(data_dir, server):
            home = elsewhere
            notices.append(f"data in {home}, because the user of the server may not enter {data_dir}")
        if not server.may_enter(binaries.directory):
            binaries = copy_binaries(binaries, _system_folder() / "binaries")
            notices.append(f"programs in {binaries.directory.parents[2]}")
        if home == elsewhere:
            _system_folder()
    _make_folder(home, owner)
    if server != owner:
        _let_pass(home, server)
    layout = Layout(home, binaries, owner, server, f"embedded PostgreSQL: {'; '.join(notices)}" if notices else None)
    for folder in (layout.logs, layout.sockets):
        _make_folder(folder, server)
    return layout


def _make_folder(path: Path, owner: Identity) -> None:
    """Make a folder with mode 0700 for `owner`, and its parents as the umask says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        if not path.is_dir():
            raise
    else:
        owner.give(path)


def _opened(data_dir: Path, server: Identity) -> bool:
    """Whether `server` can reach into root's `data_dir`, after letting it pass through where the folder is ours."""
    if not server.may_enter(data_dir.parent):
        return False
    if server.may_enter(data_dir):
        return True
    ours = {"postgres", "keys.env"}
    present = {entry.name for entry in data_dir.iterdir()}
    if present and not present & ours:
        return False
    _let_pass(data_dir, server)
    return True


def _let_pass(folder: Path, server: Identity) -> None:
    """Let the server's group pass through root's folder, and no more: mode 0710."""
    os.chown(folder, ROOT, server.gid)
    folder.chmod(0o710)


def _system_folder() -> Path:
    """Make /var/lib/selfgraph, or refuse one that anybody but root may change."""
    SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    status = SYSTEM_FOLDER.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != ROOT or status.st_mode & 0o022:
        raise EmbeddedError(f"{SYSTEM_FOLDER} must be a folder that only root may change")
    SYSTEM_FOLDER.chmod(0o755)
    return SYSTEM_FOLDER
