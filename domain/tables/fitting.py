"""Whether what is said about tables and roles is about tables and columns that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kept import KeptMapping
from domain.tables.inconsistencies import Inconsistency, InconsistentPart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.tables.catalog import Catalog, Table, TableName
    from domain.tables.metadata import Metadata, Permission


def misfits_of_settings(catalog: Catalog, metadata: Metadata) -> Iterator[Inconsistency]:
    """Settings of tables and columns that the database does not have; `catalog` is the whole one."""
    for name, settings in metadata.tables.items():
        table = catalog.by_name.get(name)
        if table is None:
            yield Inconsistency(
                InconsistentPart.TABLE, name, "", "There is no such table or view in the exposed schemas."
            )
            continue
        for column in settings.column_names:
            if column not in table.by_name:
                yield Inconsistency(InconsistentPart.COLUMN, name, column, "The table has no such column.")


class MisfitsOfPermissions:
    """Permissions for tables that are not served and columns that are not there."""

    def __init__(self) -> None:
        self._of_tables: KeptMapping[TableName, tuple[Inconsistency, ...]] = KeptMapping(_misfits_of_table)

    def __call__(self, catalog: Catalog, metadata: Metadata) -> Iterator[Inconsistency]:
        """Those of all metadata; `catalog` is the one served."""
        for misfits in self._of_tables(metadata.permissions_of, catalog.by_name).values():
            yield from misfits


def _misfits_of_table(permissions: tuple[Permission, ...], table: Table | None) -> tuple[Inconsistency, ...]:
    return tuple(misfit for permission in permissions for misfit in _misfits_of(permission, table))


def _misfits_of(permission: Permission, table: Table | None) -> Iterator[Inconsistency]:
    name = f"{permission.role}: {permission.action}"
    if table is None:
        yield Inconsistency(InconsistentPart.PERMISSION, permission.table, name, "The table is not served.")
        return
    for column in sorted({*(permission.columns or ()), *permission.presets} - table.by_name.keys()):
        why = f"The table has no column {column}."
        yield Inconsistency(InconsistentPart.PERMISSION, permission.table, name, why)
