"""What Alembic runs for every command: the models, the platform's schema, one transaction a migration.

The connection comes from `persistence.migration_commands`, which holds the lock; without one the SQL is printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic import context

from persistence.models import SCHEMA, Base

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from sqlalchemy.engine import Connection


def only_platform(name: str | None, kind: str, parents: MutableMapping[Any, str | None]) -> bool:
    """Whether autogenerate looks at this name: the user's schemas and the tables of jobs have no models."""
    if kind == "schema":
        return name == SCHEMA
    if kind == "table" and (name or "").startswith("procrastinate_"):
        return False
    return parents.get("schema_name", SCHEMA) == SCHEMA


SHARED_OPTIONS: dict[str, Any] = {
    "target_metadata": Base.metadata,
    "version_table_schema": SCHEMA,
    "include_schemas": True,
    "include_name": only_platform,
    "compare_server_default": True,
    "transaction_per_migration": True,
}


def run_on(connection: Connection) -> None:
    """Run the command's steps on a connection."""
    context.configure(connection=connection, **SHARED_OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


def print_sql() -> None:
    """Write the steps as SQL instead of running them."""
    # The driver is named because others write a percent sign twice.
    context.configure(url="postgresql+asyncpg://", literal_binds=True, **SHARED_OPTIONS)
    context.get_context().impl.static_output(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA};\n")
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    print_sql()
else:
    run_on(context.config.attributes["connection"])
