"""The object types and root fields of the generated schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import GraphQLArgument, GraphQLField, GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLString

from domain.tables.catalog import TableKind
from graph.tables.aggregate_types import AggregateTypes
from graph.tables.bindings import (
    BoundAggregate,
    BoundColumn,
    BoundRelationship,
    BoundRoot,
    ListArguments,
    RootKind,
    RowField,
    bind,
)
from graph.tables.columns import ColumnTypes
from graph.tables.connection_types import ConnectionTypes
from graph.tables.group_types import GroupTypes
from graph.tables.inputs import TableInputs
from graph.tables.names import DescribedCatalog, direction_type, name_catalog
from graph.tables.wrapping import list_of
from graph.tables.write_types import WriteTypes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLNamedType

    from domain.tables.catalog import Catalog, Column, Table, TableName
    from domain.tables.relationships import Relationship
    from graph.tables.columns import Leaf
    from graph.tables.names import TableNames, Taken
    from graph.tables.naming import Naming
    from graph.tables.wrapping import OutputType


class TableTypes:
    """Makes the object types and the root fields of a catalog."""

    def __init__(
        self,
        catalog: Catalog,
        naming: Naming,
        taken: Taken,
        default_schema: str,
        *,
        leaves: Mapping[tuple[str, str], Leaf],
        stringify_numeric_types: bool,
        page_info: GraphQLObjectType | None = None,
    ) -> None:
        """`leaves` are types that the schema has already, by schema and name of the PostgreSQL type.

        `page_info` is the one that it has for connections.
        """
        self._catalog = catalog
        self._naming = naming
        self._names = name_catalog(catalog, naming, taken, default_schema)
        self._stringify = stringify_numeric_types
        reserved = [names.reserved_types() for names in self._names.values()]
        self._columns = ColumnTypes(taken.types.union([direction_type(naming)], *reserved), leaves)
        self._inputs = TableInputs(catalog, self._names, naming, self._columns)
        self._arguments = list_arguments(naming)
        self._types = {table.name: self._object_type(table) for table in catalog.tables}
        self._aggregates = AggregateTypes(
            self._names, naming, self._columns, self._inputs, self._types, stringify_numeric_types=self._stringify
        )
        self._connections = ConnectionTypes(self._names, self._types, page_info)
        self._groups = GroupTypes(
            self._names,
            naming,
            self._columns,
            self._inputs,
            self._aggregates,
            stringify_numeric_types=self._stringify,
        )

    def query_fields(self) -> dict[str, GraphQLField]:
        """The root fields of every table, in the order of the catalog."""
        fields: dict[str, GraphQLField] = {}
        for table in self._catalog.tables:
            names = self._names[table.name]
            fields[names.root()] = self._list_field(table)
            if table.primary_key:
                fields[names.root(after="by_pk")] = self._by_key_field(table, table.primary_key.columns)
            fields[names.root(after="aggregate")] = self._aggregate_field(table)
            if table.row_key:
                fields[names.root(after="connection")] = self._connection_field(table)
            fields[names.root(after="group")] = self._group_field(table)
        return fields

    def mutation_fields(self) -> dict[str, GraphQLField]:
        """The root fields that change tables, in the order of the catalog."""
        fields: dict[str, GraphQLField] = {}
        for table in self._catalog.tables:
            row, names = self._types[table.name], self._names[table.name]
            made = WriteTypes(table, row, names=names, naming=self._naming, columns=self._columns, inputs=self._inputs)
            fields |= made.fields()
        return fields

    def described(self) -> DescribedCatalog:
        """The catalog and the names in it, for messages."""
        return DescribedCatalog(self._catalog, self._names)

    def named_types(self) -> list[GraphQLNamedType]:
        """Every type that leads to others of its kind.

        graphql-core collects the types of a schema by recursion along their fields, which a chain of a few hundred
        foreign keys would exhaust; types that it is given as a list end the recursion.
        """
        inputs = self._inputs
        names = list(self._types)
        aggregates = [self._aggregates.of(table) for table in self._catalog.tables]
        connections = [self._connections.of(table) for table in self._catalog.tables if table.row_key]
        return [
            *self._types.values(),
            *map(inputs.filter, names),
            *map(inputs.ordering, names),
            *aggregates,
            *connections,
        ]

    def _list_field(self, table: Table) -> GraphQLField:
        return GraphQLField(
            self._rows(table.name),
            self._list_arguments(table.name),
            description=f"Rows of `{table.name}`.",
            extensions=bind(BoundRoot(RootKind.LIST, table)),
        )

    def _connection_field(self, table: Table) -> GraphQLField:
        spelled = self._arguments
        arguments = self._list_arguments(table.name)
        return GraphQLField(
            GraphQLNonNull(self._connections.of(table)),
            {name: arguments[name] for name in (spelled.where, spelled.order_by)} | self._connections.arguments(),
            description=f"A page of rows of `{table.name}`, which no change of other rows shifts.",
            extensions=bind(BoundRoot(RootKind.CONNECTION, table)),
        )

    def _group_field(self, table: Table) -> GraphQLField:
        return GraphQLField(
            GraphQLNonNull(list_of(self._groups.of(table))),
            self._groups.arguments(table, self._arguments),
            description=f"What is computed of groups of rows of `{table.name}`.",
            extensions=bind(BoundRoot(RootKind.GROUP, table)),
        )

    def _aggregate_field(self, table: Table) -> GraphQLField:
        return GraphQLField(
            GraphQLNonNull(self._aggregates.of(table)),
            self._list_arguments(table.name),
            description=f"What is computed of rows of `{table.name}`, and the rows.",
            extensions=bind(BoundRoot(RootKind.AGGREGATE, table)),
        )

    def _by_key_field(self, table: Table, key: tuple[str, ...]) -> GraphQLField:
        names = self._names[table.name]
        columns = tuple((names.columns[name], table.by_name[name]) for name in key)
        return GraphQLField(
            self._types[table.name],
            {
                argument: GraphQLArgument(GraphQLNonNull(self._columns.of(column.type)), description=column.comment)
                for argument, column in columns
            },
            description=f"The row of `{table.name}` with this primary key, or null.",
            extensions=bind(BoundRoot(RootKind.BY_KEY, table, columns)),
        )

    def _object_type(self, table: Table) -> GraphQLObjectType:
        names = self._names[table.name]
        return GraphQLObjectType(
            names.type(), lambda: self._row_fields(table, names), description=_description(table, names)
        )

    def _row_fields(self, table: Table, names: TableNames) -> dict[str, GraphQLField]:
        fields = {names.columns[column.name]: self._column_field(column) for column in table.columns}
        for name, way in names.relationships.items():
            fields[name] = self._relationship_field(way)
        for name, way in names.aggregates.items():
            fields[name] = self._related_aggregate_field(way)
        version = self._naming.operator("version")
        if table.versioned and version not in fields:
            fields[version] = _version_field()
        return fields

    def _column_field(self, column: Column) -> GraphQLField:
        answered: OutputType = self._columns.answered(column.type, stringify_numeric_types=self._stringify)
        return GraphQLField(
            answered if column.nullable else GraphQLNonNull(answered),
            description=column.comment or f"`{column.declared}`",
            extensions=bind(BoundColumn(column)),
        )

    def _relationship_field(self, way: Relationship) -> GraphQLField:
        bound = bind(BoundRelationship(way, self._catalog.by_name[way.target]))
        if way.many:
            return GraphQLField(
                self._rows(way.target),
                self._list_arguments(way.target),
                description=f"Rows of `{way.target}` that refer to this row ({way.constraint}).",
                extensions=bound,
            )
        target = self._types[way.target]
        return GraphQLField(
            target if way.optional or way.inverse else GraphQLNonNull(target),
            description=f"The row of `{way.target}` ({way.constraint}).",
            extensions=bound,
        )

    def _related_aggregate_field(self, way: Relationship) -> GraphQLField:
        target = self._catalog.by_name[way.target]
        return GraphQLField(
            GraphQLNonNull(self._aggregates.of(target)),
            self._list_arguments(way.target),
            description=f"What is computed of the rows of `{way.target}` that refer to this row ({way.constraint}).",
            extensions=bind(BoundAggregate(way, target)),
        )

    def _rows(self, name: TableName) -> OutputType:
        return GraphQLNonNull(list_of(self._types[name]))

    def _list_arguments(self, name: TableName) -> dict[str, GraphQLArgument]:
        ordering = list_of(self._inputs.ordering(name))
        spelled = self._arguments
        return {
            spelled.where: GraphQLArgument(self._inputs.filter(name), description="Which rows; all if absent."),
            spelled.order_by: GraphQLArgument(ordering, description="In which order; by the primary key at last."),
            spelled.distinct_on: GraphQLArgument(
                list_of(self._inputs.column_enum(name)),
                description="Of rows that are equal in these columns, the first only; `orderBy` begins with them.",
            ),
            spelled.limit: GraphQLArgument(GraphQLInt, description="How many rows at most; 0 or more."),
            spelled.offset: GraphQLArgument(GraphQLInt, description="How many rows to skip first; 0 or more."),
        }


def _version_field() -> GraphQLField:
    return GraphQLField(
        GraphQLNonNull(GraphQLString),
        description="The version of the row, another one after each change; opaque.",
        extensions=bind(RowField.VERSION),
    )


def list_arguments(naming: Naming) -> ListArguments:
    """The arguments of every list field in a naming."""
    return ListArguments(
        where=naming.field("where"),
        order_by=naming.field("order_by"),
        distinct_on=naming.field("distinct_on"),
        limit=naming.field("limit"),
        offset=naming.field("offset"),
    )


def _description(table: Table, names: TableNames) -> str:
    kind = "" if table.kind is TableKind.TABLE else f", a {table.kind.value.replace('_', ' ')}"
    return "\n\n".join(part for part in (table.comment, f"Rows of `{table.name}`{kind}.", names.note) if part)
