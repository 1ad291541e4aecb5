"""Calls of the `selfgraph` command that end by themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from graph.settings import Settings

ROOT = Path(__file__).parents[3]
PATIENCE = 100


@dataclass(frozen=True)
class Called:
    """What a call came to."""

    code: int
    out: str
    err: str


def selfgraph(*arguments: str | Path, folder: Path = ROOT, **settings: str | Path) -> Called:
    """Run the command of the project in `folder`, as a process, with these settings and no others."""
    names = {name.upper() for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in names}
    done = subprocess.run(
        [sys.executable, "-c", "from graph.cli import main; main()", *arguments],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(folder), **{name: str(value) for name, value in settings.items()}},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return Called(done.returncode, done.stdout, done.stderr)
