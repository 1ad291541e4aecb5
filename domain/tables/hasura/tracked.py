"""What Hasura does not serve: it serves what is tracked, and here everything is served that is not hidden."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.tables.metadata import FunctionSettings, TableSettings

if TYPE_CHECKING:
    from domain.tables.catalog import Catalog
    from domain.tables.metadata import Metadata


def only_tracked(metadata: Metadata, catalog: Catalog) -> Metadata:
    """Hide every table and function of the database that an import says nothing about."""
    tables = {
        table.name: TableSettings(table.name, tracked=False)
        for table in catalog.tables
        if table.name not in metadata.tables
    }
    functions = {
        function.name: FunctionSettings(function.name, tracked=False)
        for function in catalog.functions
        if function.name not in metadata.functions
    }
    return replace(metadata, tables={**metadata.tables, **tables}, functions={**metadata.functions, **functions})
