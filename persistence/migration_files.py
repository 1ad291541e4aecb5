"""The migrations on disk, which need no database: Alembic's configuration and what can be told from the files."""

from __future__ import annotations

import io
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError

from persistence.migrations import FOLDER, MigrationError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from sqlalchemy.engine import Connection


def configuration(connection: Connection | None = None, output: io.StringIO | None = None) -> Config:
    """Alembic's configuration, kept here in place of an `alembic.ini`; what commands print goes to `output`."""
    output = output or io.StringIO()
    config = Config(stdout=output, output_buffer=output)
    options = {
        "script_location": str(FOLDER).replace("%", "%%"),
        "path_separator": "os",
        "timezone": "UTC",
        "file_template": "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s",
    }
    for name, value in options.items():
        config.set_main_option(name, value)
    if find_spec("ruff") is not None:
        _format_new_files(config)
    config.attributes["connection"] = connection
    return config


def _format_new_files(config: Config) -> None:
    steps = {"sort": "check --select I --fix --exit-zero", "format": "format"}
    config.set_section_option("post_write_hooks", "hooks", ",".join(steps))
    for name, command_line in steps.items():
        hook = {"type": "module", "module": "ruff", "options": f"{command_line} --quiet REVISION_SCRIPT_FILENAME"}
        for option, value in hook.items():
            config.set_section_option("post_write_hooks", f"{name}.{option}", value)


@contextmanager
def command_errors() -> Generator[None]:
    """Raise MigrationError with one line for what Alembic refuses."""
    try:
        yield
    except CommandError as error:
        raise MigrationError(" ".join(str(error).split())) from error


def history() -> str:
    """The migrations, newest first."""
    return _printed(command.history)


def heads() -> str:
    """The newest migrations; more than one has to be merged."""
    return _printed(command.heads)


def branches() -> str:
    """The migrations that more than one builds on."""
    return _printed(command.branches)


def show(revision: str) -> str:
    """One migration: its file, message and parents."""
    return _printed(lambda config: command.show(config, revision))


def upgrade_sql(revisions: str) -> str:
    """The SQL of an upgrade (`head`, `from:to`), for someone else to run."""
    return _printed(lambda config: command.upgrade(config, revisions, sql=True))


def _printed(action: Callable[[Config], object]) -> str:
    output = io.StringIO()
    with command_errors():
        action(configuration(output=output))
    return output.getvalue()
