"""Catalogs written by hand."""

from __future__ import annotations

from domain.tables.catalog import Catalog, Column, DataType, ForeignKey, Key, Table, TableKind, TableName, TypeKind

INTEGER = DataType("pg_catalog", "int4", TypeKind.BASE)
TEXT = DataType("pg_catalog", "text", TypeKind.BASE)


def base(name: str, schema: str = "pg_catalog") -> DataType:
    return DataType(schema, name, TypeKind.BASE)


def array(element: DataType) -> DataType:
    return DataType(element.schema, f"_{element.name}", TypeKind.ARRAY, element=element)


def domain(name: str, over: DataType) -> DataType:
    return DataType("public", name, TypeKind.DOMAIN, base=over)


def column(name: str, type_: DataType = INTEGER, *, nullable: bool = False) -> Column:
    return Column(name, type_, type_.name, nullable=nullable)


def reference(name: str, columns: str, target: str, to: str = "id", *, validated: bool = True) -> ForeignKey:
    """A foreign key; columns are words."""
    return ForeignKey(name, tuple(columns.split()), TableName("public", target), tuple(to.split()), validated)


def table(
    name: str,
    columns: str = "id",
    *references: ForeignKey,
    key: str | None = "id",
    unique: tuple[str, ...] = (),
    schema: str = "public",
) -> Table:
    """A table of integers; a column with `?` behind it may be NULL; keys are words."""
    return Table(
        TableName(schema, name),
        TableKind.TABLE,
        tuple(column(each.rstrip("?"), nullable=each.endswith("?")) for each in columns.split()),
        primary_key=Key(f"{name}_pkey", tuple(key.split())) if key else None,
        unique_keys=tuple(Key(f"{name}_{each}", tuple(each.split())) for each in unique),
        foreign_keys=references,
    )


def catalog(*tables: Table) -> Catalog:
    return Catalog("1", tables)
