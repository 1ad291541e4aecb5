"""The root fields of mutations on tables, and what they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
)

from graph.tables.bindings import BoundColumn, BoundWrite, ResponseField, WriteKind, WritePart, bind
from graph.tables.wrapping import list_of
from graph.tables.write_inputs import WriteInputs, many

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.tables.catalog import TableName
    from graph.tables.columns import ColumnTypes
    from graph.tables.inputs import TableInputs
    from graph.tables.naming import Naming
    from graph.tables.visible import VisibleTable


class WriteTypes:
    """Makes the mutation fields of one table."""

    def __init__(
        self,
        seen: VisibleTable,
        row: Callable[[TableName], GraphQLObjectType],
        *,
        naming: Naming,
        columns: ColumnTypes,
        inputs: TableInputs,
        own: WriteInputs,
    ) -> None:
        """`row` gives the tables' object types, `own` are the inputs for writing this one."""
        self._seen = seen
        self._table = seen.table
        self._rows = row
        self._names = seen.names
        self._naming = naming
        self._columns = columns
        self._filter = inputs.filter(seen.table.name)
        self._inputs = own
        self._response = self._response_type()

    def fields(self) -> dict[str, GraphQLField]:
        """What the table takes of: insert, insert one, update, update by key, update many, delete, delete by key."""
        fields: dict[str, GraphQLField] = {}
        if self._seen.insertable:
            fields |= self._insert_fields()
        if self._seen.changeable:
            fields |= self._update_fields()
        if self._seen.deletable:
            fields |= self._delete_fields()
        return fields

    def _insert_fields(self) -> dict[str, GraphQLField]:
        row = self._inputs.row()
        conflict = self._inputs.on_conflict()
        further: dict[str, GraphQLArgument] = {}
        if conflict is not None:
            further[self._naming.field("on_conflict")] = GraphQLArgument(
                conflict, description="What happens to rows that exist already.", extensions=bind(WritePart.ON_CONFLICT)
            )
        objects = GraphQLArgument(many(row), description="The rows.", extensions=bind(WritePart.OBJECTS))
        one = GraphQLArgument(GraphQLNonNull(row), description="The row.", extensions=bind(WritePart.OBJECT))
        fields = {
            self._names.root("insert"): self._field(
                WriteKind.INSERT,
                self._response,
                {self._naming.field("objects"): objects} | further,
                "Insert rows into `{}`, all or none.",
            )
        }
        if self._seen.readable:
            fields[self._names.root("insert", "one")] = self._field(
                WriteKind.INSERT_ONE,
                self._rows(self._table.name),
                {self._naming.field("object"): one} | further,
                "Insert a row into `{}`; null if a conflict left it out.",
            )
        return fields

    def _update_fields(self) -> dict[str, GraphQLField]:
        assignments = {
            name: GraphQLArgument(type_, description=description, extensions=bind(how))
            for name, (how, type_, description) in self._inputs.assignments().items()
        }
        updates = GraphQLArgument(
            many(self._inputs.updates()),
            description="The updates, done one after the other.",
            extensions=bind(WritePart.UPDATES),
        )
        fields = {
            self._names.root("update"): self._field(
                WriteKind.UPDATE, self._response, self._where() | assignments, "Update rows of `{}`."
            ),
            self._names.root("update", "many"): self._field(
                WriteKind.UPDATE_MANY,
                GraphQLList(self._response),
                {self._naming.field("updates"): updates},
                "Several updates of `{}`; each sees what those before it wrote.",
            ),
        }
        if self._seen.read_by_key:
            key = GraphQLArgument(
                GraphQLNonNull(self._inputs.key()), description="Which row.", extensions=bind(WritePart.KEY)
            )
            fields[self._names.root("update", "by_pk")] = self._field(
                WriteKind.UPDATE_BY_KEY,
                self._rows(self._table.name),
                {self._naming.field("pk_columns"): key} | assignments | self._version(),
                "Update the row of `{}` with this primary key; null if there is none.",
            )
        return fields

    def _delete_fields(self) -> dict[str, GraphQLField]:
        fields = {
            self._names.root("delete"): self._field(
                WriteKind.DELETE, self._response, self._where(), "Delete rows of `{}`."
            )
        }
        if self._seen.read_by_key and self._table.primary_key:
            key = {
                self._names.columns[name]: GraphQLArgument(
                    GraphQLNonNull(self._columns.of(self._table.by_name[name].type)),
                    description=self._table.by_name[name].comment,
                    extensions=bind(BoundColumn(self._table.by_name[name])),
                )
                for name in self._table.primary_key.columns
            }
            version = {name: argument for name, argument in self._version().items() if name not in key}
            fields[self._names.root("delete", "by_pk")] = self._field(
                WriteKind.DELETE_BY_KEY,
                self._rows(self._table.name),
                key | version,
                "Delete the row of `{}` with this primary key; null if there is none.",
            )
        return fields

    def _field(
        self,
        kind: WriteKind,
        answer: GraphQLObjectType | GraphQLList[GraphQLObjectType],
        arguments: dict[str, GraphQLArgument],
        description: str,
    ) -> GraphQLField:
        return GraphQLField(
            answer,
            arguments,
            description=description.replace("{}", str(self._table.name)),
            extensions=bind(BoundWrite(kind, self._table)),
        )

    def _where(self) -> dict[str, GraphQLArgument]:
        return {
            self._naming.field("where"): GraphQLArgument(
                GraphQLNonNull(self._filter),
                description="Which rows; an empty object is all of them.",
                extensions=bind(WritePart.WHERE),
            )
        }

    def _version(self) -> dict[str, GraphQLArgument]:
        if not self._table.versioned:
            return {}
        return {
            self._naming.field("if_version"): GraphQLArgument(
                GraphQLString,
                description=f"The row's `{self._naming.operator('version')}` as read; CONFLICT if it has changed.",
                extensions=bind(WritePart.VERSION),
            )
        }

    def _response_type(self) -> GraphQLObjectType:
        return GraphQLObjectType(
            self._names.type("mutation_response"),
            self._response_fields,
            description=f"What a change of `{self._table.name}` did.",
        )

    def _response_fields(self) -> dict[str, GraphQLField]:
        fields = {
            self._naming.field("affected_rows"): GraphQLField(
                GraphQLNonNull(GraphQLInt),
                description="How many rows were written.",
                extensions=bind(ResponseField.AFFECTED_ROWS),
            )
        }
        if self._seen.readable:
            fields[self._naming.field("returning")] = GraphQLField(
                GraphQLNonNull(list_of(self._rows(self._table.name))),
                description="The rows that were written; relationships are as after the change.",
                extensions=bind(ResponseField.RETURNING),
            )
        return fields
