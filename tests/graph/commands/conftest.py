"""Calling the `selfgraph` command within the process of the tests, which spares starting Python."""

from __future__ import annotations

import io
import logging
import sys
from typing import TYPE_CHECKING, Protocol

import pytest
from loguru import logger

from graph.cli import main
from graph.settings import Settings
from tests.graph.commands.calls import Called

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


class Call(Protocol):
    def __call__(self, *arguments: str | Path, typed: str = "", **settings: str | Path) -> Called: ...


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Generator[Call]:
    """Run the command with these settings and no others, `typed` on its standard input."""
    root = logging.getLogger()
    before = root.handlers[:], root.level

    def run(*arguments: str | Path, typed: str = "", **settings: str | Path) -> Called:
        for name in Settings.model_fields:
            monkeypatch.delenv(name.upper(), raising=False)
        for name, value in settings.items():
            monkeypatch.setenv(name, str(value))
        monkeypatch.setattr(sys, "argv", ["selfgraph", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            sys.exit(main())  # type: ignore[func-returns-value]  # main returns where nothing failed
        printed = capsys.readouterr()
        return Called(int(ended.value.code or 0), printed.out, printed.err)

    yield run
    logger.remove()
    root.handlers[:], root.level = before
