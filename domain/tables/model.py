"""The catalog as an installation wants it served: what the database holds, and what the metadata say about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.tables.enums import WithEnums
from domain.tables.fitting import MisfitsOfPermissions, misfits_of_settings
from domain.tables.functions import served_functions
from domain.tables.metadata import NO_METADATA
from domain.tables.served_relationships import ServedRelationships

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.tables.catalog import Catalog, TableName
    from domain.tables.enums import EnumRows
    from domain.tables.functions import ServedFunctions
    from domain.tables.inconsistencies import Inconsistency
    from domain.tables.metadata import Action, Metadata, Permission
    from domain.tables.relationships import Relationship


@dataclass(frozen=True)
class Model:
    """What is served of one database.

    Attributes:
        catalog: the tables and functions that are served.
        metadata: what is said about them.
        relationships: of each table, by their names in the spelling of the database.
        version: another one whenever the catalog, the metadata or the values of enums are others.
        functions: which functions are root fields and fields of rows.
        inconsistencies: what of the metadata does not fit the catalog and is left out.
    """

    catalog: Catalog
    metadata: Metadata
    relationships: Mapping[TableName, Mapping[str, Relationship]]
    version: str
    functions: ServedFunctions
    inconsistencies: tuple[Inconsistency, ...] = ()

    @property
    def permissions(self) -> Mapping[tuple[TableName, str, Action], Permission]:
        """The permissions by table, role and action."""
        return self.metadata.permission_by_key


class ModelBuilder:
    """Builds models, one after the other.

    What is made of a table is the same object again as long as neither the table, nor one next to it, nor what is said
    about them has changed: a change of one of many tables costs next to nothing.
    """

    def __init__(self) -> None:
        self._with_enums = WithEnums()
        self._relationships = ServedRelationships()
        self._misfits_of_permissions = MisfitsOfPermissions()

    def __call__(self, catalog: Catalog, metadata: Metadata = NO_METADATA, rows: EnumRows | None = None) -> Model:
        """Put a catalog and what is said about it together; what does not fit is left out and told of.

        `rows` are those of the tables that are enums; where they are not known, no column is of an enum's values.
        """
        served, misfits_of_enums = self._with_enums(_tracked(catalog, metadata), metadata, rows)
        relationships, misfits = self._relationships(served, metadata)
        functions = served_functions(served, metadata)
        return Model(
            catalog=served,
            metadata=metadata,
            relationships=relationships,
            version=f"{catalog.version}{metadata.version}{rows.version if rows else ''}",
            functions=functions,
            inconsistencies=(
                *misfits_of_settings(catalog, metadata),
                *misfits_of_enums,
                *misfits,
                *functions.inconsistencies,
                *self._misfits_of_permissions(served, metadata),
            ),
        )


def build_model(catalog: Catalog, metadata: Metadata = NO_METADATA, rows: EnumRows | None = None) -> Model:
    """The model of one catalog, as `ModelBuilder` builds it."""
    return ModelBuilder()(catalog, metadata, rows)


def _tracked(catalog: Catalog, metadata: Metadata) -> Catalog:
    """The catalog without the tables that are not to be served."""
    hidden = {name for name, settings in metadata.tables.items() if not settings.tracked}
    if hidden.isdisjoint(catalog.by_name):
        return catalog
    return replace(catalog, tables=tuple(table for table in catalog.tables if table.name not in hidden))
