"""wrk, the load generator: found on the PATH, or unpacked from its Debian package into the work folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

from bench.failure import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PACKAGES: Final = ("wrk", "libluajit-5.1-2", "libluajit-5.1-common")
APT_SECONDS: Final = 90


def find_wrk(work: Path) -> tuple[list[str], dict[str, str]]:
    """The command and the environment it needs.

    Raises:
        BenchError: it is neither installed nor to be had from the machine's Debian archive.
    """
    installed = shutil.which("wrk")
    if installed:
        return [installed], {}
    root = work / "wrk"
    if not (root / "usr/bin/wrk").exists():
        _unpack(root)
    libraries = ":".join(str(folder) for folder in root.glob("usr/lib/*-linux-gnu"))
    return [str(root / "usr/bin/wrk")], {"LD_LIBRARY_PATH": libraries}


def _unpack(root: Path) -> None:
    """Fetch the packages as any user may, with apt's state in the work folder, and install nothing."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise BenchError("wrk is not installed (apt-get install wrk, brew install wrk)")
    archives = root.with_suffix(".debs")
    for folder in (archives, archives / "state/lists/partial", archives / "cache/archives/partial"):
        folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "APT::Sandbox::User": "root",
        "Dir::State": archives / "state",
        "Dir::State::status": "/var/lib/dpkg/status",
        "Dir::Cache": archives / "cache",
    }
    options = [f"-o{name}={value}" for name, value in settings.items()]
    _run(["apt-get", "-qq", *options, "update"], archives)
    _run(["apt-get", "-qq", *options, "download", *PACKAGES], archives)
    for archive in archives.glob("*.deb"):
        _run(["dpkg-deb", "-x", str(archive), str(root)], archives)
    shutil.rmtree(archives)


def _run(command: Sequence[str], folder: Path) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, cwd=folder, env=quiet, check=True, capture_output=True, timeout=APT_SECONDS)
    except (subprocess.SubprocessError, OSError):
        message = f"wrk is not installed and could not be fetched by `{' '.join(command[:1])}` (apt-get install wrk)"
        raise BenchError(message) from None
