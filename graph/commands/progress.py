"""How far a command has come: a bar on a terminal, a line now and then elsewhere; both on stderr."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

import typer

if TYPE_CHECKING:
    from types import TracebackType

_LINES = 20
"""Lines of a whole run where there is no terminal."""


class Progress:
    """Counts what has been done of a number that is known about; it grows if more comes."""

    def __init__(self, label: str, total: int, unit: str) -> None:
        """`label` is what is going on, `unit` what is counted."""
        self._label = label
        self._total = total
        self._unit = unit
        self._done = 0
        self._told = 0
        self._stack = ExitStack()
        self._bar: Any = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            bar = typer.progressbar(length=max(self._total, 1), label=self._label, file=sys.stderr)
            self._bar = self._stack.enter_context(bar)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, traceback)

    def advance(self, count: int) -> None:
        """So much more is done."""
        self._done += count
        self._total = max(self._total, self._done)
        if self._bar is not None:
            self._bar.update(count)
        elif self._total and self._done * _LINES // self._total > self._told:
            self._told = self._done * _LINES // self._total
            typer.echo(f"{self._label}: {self._done} of {self._total} {self._unit}", err=True)

    def say(self, line: str) -> None:
        """Print a line to stdout, clear of the bar."""
        if self._bar is not None:
            typer.echo("\r\033[2K", nl=False, err=True)
        typer.echo(line)
