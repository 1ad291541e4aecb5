"""The object types and root fields of the generated schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import GraphQLArgument, GraphQLField, GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLString

from domain.tables.catalog import TableKind
from domain.tables.vectors import is_vector
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
from graph.tables.connection_types import ConnectionTypes
from graph.tables.descriptions import sentence, where_to
from graph.tables.function_types import FunctionTypes
from graph.tables.group_types import GroupTypes
from graph.tables.inputs import TableInputs
from graph.tables.json_paths import arguments_of
from graph.tables.visible import Visible
from graph.tables.wrapping import list_of
from graph.tables.write_inputs import WriteInputs
from graph.tables.write_types import WriteTypes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import GraphQLNamedType

    from domain.tables.catalog import Column, Table, TableName
    from domain.tables.relationships import Relationship
    from domain.tables.rights import Rights
    from graph.tables.basis import Basis
    from graph.tables.names import TableNames
    from graph.tables.naming import Naming
    from graph.tables.visible import VisibleTable
    from graph.tables.wrapping import OutputType


class TableTypes:
    """Makes the object types and the root fields that one role sees of a model."""

    def __init__(self, basis: Basis, rights: Rights) -> None:
        self._holders = basis.holders
        catalog = self._catalog = basis.model.catalog
        naming = self._naming = basis.naming
        self._names = basis.names
        self._stringify = basis.stringify_numeric_types
        self._columns = basis.columns
        self.visible = Visible(basis.model, basis.names, rights, basis.functions)
        self._inputs = TableInputs(catalog, self.visible, naming, self._columns)
        self._write_inputs: dict[TableName, WriteInputs] = {}
        self._arguments = list_arguments(naming)
        self._types: dict[TableName, GraphQLObjectType] = {}
        self._aggregates = AggregateTypes(
            self.visible, naming, self._columns, self._inputs, self.row, stringify_numeric_types=self._stringify
        )
        self._connections = ConnectionTypes(self._names, self.row, basis.page_info)
        self._groups = GroupTypes(
            self.visible,
            naming,
            self._columns,
            self._inputs,
            self._aggregates,
            stringify_numeric_types=self._stringify,
        )
        self._functions = FunctionTypes(
            basis.model.functions,
            basis.functions,
            visible=self.visible,
            columns=self._columns,
            rows=self.row,
            aggregates=self._aggregates,
            list_arguments=self._list_arguments,
            stringify_numeric_types=self._stringify,
        )

    def query_fields(self) -> dict[str, GraphQLField]:
        """The root fields of every table, in the order of the catalog."""
        fields: dict[str, GraphQLField] = {}
        for table in self._catalog.tables:
            fields |= self.reading_fields(table.name)
        return fields | self.reading_fields(None)

    def reading_fields(self, name: TableName | None) -> dict[str, GraphQLField]:
        """The root fields that read one table, or those of functions if `name` is None."""
        if name is None:
            return self._functions.query_fields()
        seen = self.visible.of(name)
        table, names = seen.table, seen.names
        fields: dict[str, GraphQLField] = {}
        if seen.readable:
            fields[names.root()] = self._list_field(table)
        if seen.read_by_key and table.primary_key:
            fields[names.root(after="by_pk")] = self._by_key_field(table, table.primary_key.columns)
        if seen.aggregated:
            fields[names.root(after="aggregate")] = self._aggregate_field(table)
        if seen.paged:
            fields[names.root(after="connection")] = self._connection_field(table)
        if seen.grouped:
            fields[names.root(after="group")] = self._group_field(table)
        return fields

    def mutation_fields(self) -> dict[str, GraphQLField]:
        """The root fields that change tables, in the order of the catalog."""
        fields: dict[str, GraphQLField] = {}
        for table in self._catalog.tables:
            fields |= self.writing_fields(table.name)
        return fields | self.writing_fields(None)

    def writing_fields(self, name: TableName | None) -> dict[str, GraphQLField]:
        """The root fields that change one table, or those of functions if `name` is None."""
        if name is None:
            return self._functions.mutation_fields()
        seen = self.visible.of(name)
        made = WriteTypes(
            seen,
            self.row,
            naming=self._naming,
            columns=self._columns,
            inputs=self._inputs,
            own=self.write_inputs(name),
        )
        return made.fields()

    def write_inputs(self, name: TableName) -> WriteInputs:
        """The inputs for writing a table."""
        if name not in self._write_inputs:
            self._write_inputs[name] = WriteInputs(
                self.visible.of(name),
                naming=self._naming,
                columns=self._columns,
                inputs=self._inputs,
                others=self.write_inputs,
            )
        return self._write_inputs[name]

    def reached_from_others(self, name: TableName) -> Iterator[GraphQLNamedType]:
        """The types that belong to a table and are reached from fields of other tables only."""
        table = self._catalog.by_name[name]
        for source in self._holders.leading_to(name):
            seen = self.visible.of(source)
            if any(way.target == name for way in seen.aggregates.values()):
                yield self._inputs.aggregates.filter(table)
                yield self._inputs.aggregates.ordering(table)
            if seen.insertable:
                for way in seen.nestable.values():
                    if way.target == name:
                        yield self.write_inputs(name).nested(listed=way.many)

    def row(self, name: TableName) -> GraphQLObjectType:
        """The type of a table's rows."""
        if name not in self._types:
            self._types[name] = self._object_type(self.visible.of(name))
        return self._types[name]

    def named_types(self) -> list[GraphQLNamedType]:
        """Every type that leads to others of its kind.

        graphql-core collects the types of a schema by recursion along their fields, which a chain of a few hundred
        foreign keys would exhaust; types that it is given as a list end the recursion.
        """
        inputs = self._inputs
        seen = [each for table in self._catalog.tables if (each := self.visible.of(table.name)).readable]
        names = [each.table.name for each in seen]
        return [
            *map(self.row, names),
            *map(inputs.filter, names),
            *map(inputs.ordering, names),
            *(self._aggregates.of(each.table) for each in seen if each.aggregated),
            *(self._connections.of(each.table) for each in seen if each.paged),
            *(inputs.row() for name, inputs in self._write_inputs.items() if self.visible.of(name).insertable),
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
            self.row(table.name),
            {
                argument: GraphQLArgument(GraphQLNonNull(self._columns.of(column.type)), description=column.comment)
                for argument, column in columns
            },
            description=f"The row of `{table.name}` with this primary key, or null.",
            extensions=bind(BoundRoot(RootKind.BY_KEY, table, columns)),
        )

    def _object_type(self, seen: VisibleTable) -> GraphQLObjectType:
        return GraphQLObjectType(
            seen.names.type(), lambda: self._row_fields(seen), description=_description(seen.table, seen.names)
        )

    def _row_fields(self, seen: VisibleTable) -> dict[str, GraphQLField]:
        fields = {seen.names.columns[column.name]: self._column_field(column, seen) for column in seen.columns}
        for name, way in seen.relationships.items():
            fields[name] = self._relationship_field(way, seen)
        for name, way in seen.aggregates.items():
            fields[name] = self._related_aggregate_field(way)
        fields |= self._functions.row_fields(seen)
        # Beside names that others may have, seen here or not.
        taken = seen.names.members
        for column in seen.columns:
            distance = self._naming.field(seen.names.columns[column.name], "distance")
            if is_vector(column.type) and distance not in taken:
                fields[distance] = self._inputs.vectors.row_field(column)
        version = self._naming.operator("version")
        if seen.table.versioned and version not in taken:
            fields[version] = _version_field()
        return fields

    def _column_field(self, column: Column, seen: VisibleTable) -> GraphQLField:
        answered: OutputType = self._columns.answered(column.type, stringify_numeric_types=self._stringify)
        return GraphQLField(
            answered if seen.may_be_null(column) else GraphQLNonNull(answered),
            arguments_of(column.type),
            description=column.comment or f"`{column.declared}`",
            extensions=bind(BoundColumn(column)),
        )

    def _relationship_field(self, way: Relationship, seen: VisibleTable) -> GraphQLField:
        bound = bind(BoundRelationship(way, self._catalog.by_name[way.target]))
        if way.many:
            return GraphQLField(
                self._rows(way.target),
                self._list_arguments(way.target),
                description=sentence(where_to(way)),
                extensions=bound,
            )
        target = self.row(way.target)
        return GraphQLField(
            target if seen.may_lack(way) else GraphQLNonNull(target),
            description=sentence(where_to(way)),
            extensions=bound,
        )

    def _related_aggregate_field(self, way: Relationship) -> GraphQLField:
        target = self._catalog.by_name[way.target]
        return GraphQLField(
            GraphQLNonNull(self._aggregates.of(target)),
            self._list_arguments(way.target),
            description=sentence(f"what is computed of the {where_to(way)}"),
            extensions=bind(BoundAggregate(way, target)),
        )

    def _rows(self, name: TableName) -> OutputType:
        return GraphQLNonNull(list_of(self.row(name)))

    def _list_arguments(self, name: TableName) -> dict[str, GraphQLArgument]:
        ordering = list_of(self._inputs.ordering(name))
        spelled = self._arguments
        arguments = {
            spelled.where: GraphQLArgument(self._inputs.filter(name), description="Which rows; all if absent."),
            spelled.order_by: GraphQLArgument(ordering, description="In which order; by the primary key at last."),
        }
        if self.visible.of(name).columns:
            arguments[spelled.distinct_on] = GraphQLArgument(
                list_of(self._inputs.column_enum(name)),
                description="Of rows that are equal in these columns, the first only; `orderBy` begins with them.",
            )
        return arguments | {
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
