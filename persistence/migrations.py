"""Is the database at the newest migration, and bringing it there.

A start that finds nothing to do costs one query: Alembic, slow to import, is loaded only where there is work.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import asyncpg

from domain.errors import SelfgraphError

if TYPE_CHECKING:
    from persistence.database import Database


class MigrationError(SelfgraphError):
    """A migration command cannot be carried out; the message is one line for the operator."""


FOLDER: Final = Path(__file__).resolve().parent.parent / "alembic"
"""Where `env.py` and `versions/` are, whatever the working directory is."""

_IDENTIFIERS: Final = re.compile(r"^(down_revision|revision)\b[^=\n]*=\s*(.+)$", re.MULTILINE)
_CURRENT: Final = "SELECT version_num FROM selfgraph.alembic_version"


async def upgrade_to_head(database: Database) -> bool:
    """Apply the migrations that are missing; True when there were any. Starters at the same time wait for each other.

    Raises:
        SelfgraphError: the database cannot be reached, refuses a migration, or was migrated by a newer version.
    """
    current = await _current(database)
    if current == newest_revisions():
        return False
    if unknown := current - known_revisions():
        raise MigrationError(
            f"the database is at migration {', '.join(sorted(unknown))}, which this version does not know:"
            " a newer selfgraph has migrated it"
        )
    from persistence.migration_commands import Migrations  # noqa: PLC0415 - not needed on a warm start

    await Migrations(database.options).upgrade()
    return True


async def at_head(database: Database) -> bool:
    """Whether every migration on disk is applied, and no other: one query.

    Raises:
        SelfgraphError: the database cannot be reached.
    """
    return await _current(database) == newest_revisions()


async def _current(database: Database) -> frozenset[str]:
    async with database.acquire() as connection:
        try:
            rows = await connection.fetch(_CURRENT)
        except asyncpg.UndefinedTableError:
            return frozenset()
    return frozenset(str(row["version_num"]) for row in rows)


def newest_revisions() -> frozenset[str]:
    """The revisions on disk that no other one builds on."""
    return known_revisions() - _named_by("down_revision")


def known_revisions() -> frozenset[str]:
    """Every revision on disk."""
    return _named_by("revision")


def _named_by(variable: str) -> frozenset[str]:
    # Read as text: importing a migration means importing Alembic.
    named: set[str] = set()
    for file in (FOLDER / "versions").glob("*.py"):
        for name, value in _IDENTIFIERS.findall(file.read_text(encoding="utf-8")):
            if name == variable:
                named.update(re.findall(r"['\"](\w+)['\"]", value))
    return frozenset(named)
