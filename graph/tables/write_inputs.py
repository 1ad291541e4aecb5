"""The inputs of mutations: rows, assignments of each kind, keys, and what happens on a conflict."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, cast

from graphql import (
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLString,
)

from domain.tables.catalog import TypeKind
from domain.tables.writes import Assignment
from graph.tables.bindings import BoundColumn, BoundRelationship, WritePart, bind
from graph.tables.naming import legal, unused
from graph.tables.rows import ROW
from graph.tables.wrapping import list_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from domain.tables.catalog import Column, TableName
    from graph.tables.columns import ColumnTypes
    from graph.tables.inputs import TableInputs
    from graph.tables.naming import Naming
    from graph.tables.visible import VisibleTable
    from graph.tables.wrapping import InputType

NO_COLUMN: Final = ""
"""What stands for no column where an enum of columns would have no value."""
ADDABLE: Final = frozenset({"int2", "int4", "int8", "float4", "float8", "numeric", "money"})

_ASSIGNMENTS: Final = {
    Assignment.SET: ("set_input", "New values; null empties a column."),
    Assignment.INC: ("inc_input", "Numbers to add."),
    Assignment.APPEND: ("append_input", "JSON to put behind (arrays), or to merge over (objects)."),
    Assignment.PREPEND: ("prepend_input", "JSON to put in front (arrays), or to merge under (objects)."),
    Assignment.DELETE_KEY: ("delete_key_input", "Keys, or texts in an array, to take out."),
    Assignment.DELETE_ELEM: ("delete_elem_input", "Places in an array to take out; negative ones count from its end."),
    Assignment.DELETE_AT_PATH: ("delete_at_path_input", "Paths, of keys and places, to take out what is there."),
}


class WriteInputs:
    """Makes the inputs for writing one table, each once."""

    def __init__(
        self,
        seen: VisibleTable,
        *,
        naming: Naming,
        columns: ColumnTypes,
        inputs: TableInputs,
        others: Callable[[TableName], WriteInputs],
    ) -> None:
        """`others` gives the inputs of any table."""
        self._others = others
        self._seen = seen
        self._table = seen.table
        self._names = seen.names
        self._naming = naming
        self._columns = columns
        self._inputs = inputs
        self._made: dict[str, InputType] = {}

    def row(self) -> GraphQLInputObjectType:
        """A row to insert."""
        return self._object(
            "insert_input",
            f"A row for `{self._table.name}`; a field that is left out gets its default, null is null.",
            lambda: self._fields(self._seen.insertable) | self._nested_fields(),
            {ROW: True},
        )

    def nested(self, *, listed: bool) -> GraphQLInputObjectType:
        """Rows, or a row, inside of a row of another table."""
        return self._object(
            "arr_rel_insert_input" if listed else "obj_rel_insert_input",
            f"{'Rows' if listed else 'A row'} for `{self._table.name}`, inside of a row that is inserted too.",
            lambda: self._relation_fields(listed=listed),
        )

    def key(self) -> GraphQLInputObjectType:
        """The primary key of a row."""
        key = self._table.primary_key
        names = key.columns if key else ()
        return self._object(
            "pk_columns_input",
            f"The primary key of a row of `{self._table.name}`.",
            lambda: self._fields([self._table.by_name[name] for name in names], required=True),
        )

    def assignments(self) -> dict[str, tuple[Assignment, GraphQLInputObjectType, str]]:
        """The ways of assigning that the table's columns have, by the name of the argument or field."""
        made: dict[str, tuple[Assignment, GraphQLInputObjectType, str]] = {}
        for how, (word, description) in _ASSIGNMENTS.items():
            columns = [column for column in self._given(how) if _can_be_assigned(column, how)]
            if columns:
                fields = partial(self._fields, columns, how=how)
                made[self._naming.operator(how.value)] = how, self._object(word, description, fields), description
        return made

    def _given(self, how: Assignment) -> tuple[Column, ...]:
        """The columns that are assigned to in that way: what is made of the value before tells of it when it fails."""
        columns = self._seen.updatable
        if how is Assignment.SET:
            return columns
        return tuple(column for column in columns if self._seen.always_shown(column.name))

    def updates(self) -> GraphQLInputObjectType:
        """One of several updates."""
        return self._object("updates", f"One of several updates of `{self._table.name}`.", self._update_fields)

    def on_conflict(self) -> GraphQLInputObjectType | None:
        """What happens to rows that exist already; None where the table has no unique constraint."""
        if not self._seen.conflicts:
            return None
        return self._object("on_conflict", "What happens to a row that exists already.", self._conflict_fields)

    def _object(
        self,
        word: str,
        description: str,
        fields: Callable[[], dict[str, GraphQLInputField]],
        extensions: dict[str, object] | None = None,
    ) -> GraphQLInputObjectType:
        if word not in self._made:
            self._made[word] = GraphQLInputObjectType(
                self._names.type(word), fields, description=description, extensions=extensions
            )
        return cast("GraphQLInputObjectType", self._made[word])

    def _fields(
        self, columns: Iterable[Column], how: Assignment = Assignment.SET, *, required: bool = False
    ) -> dict[str, GraphQLInputField]:
        return {
            self._names.columns[column.name]: GraphQLInputField(
                GraphQLNonNull(self._value(column, how)) if required else self._value(column, how),
                description=column.comment,
                extensions=bind(BoundColumn(column)),
            )
            for column in columns
        }

    def _nested_fields(self) -> dict[str, GraphQLInputField]:
        return {
            name: GraphQLInputField(
                self._others(way.target).nested(listed=way.many),
                description=f"{'Rows' if way.many else 'The row'} of `{way.target}`, inserted with this one.",
                extensions=bind(BoundRelationship(way, self._seen.target(way).table)),
            )
            for name, way in self._seen.nestable.items()
        }

    def _relation_fields(self, *, listed: bool) -> dict[str, GraphQLInputField]:
        row, conflict = self.row(), self.on_conflict()
        fields = {
            self._naming.field("data"): GraphQLInputField(
                many(row) if listed else GraphQLNonNull(row),
                description="The rows." if listed else "The row.",
                extensions=bind(WritePart.DATA),
            )
        }
        if conflict is not None:
            fields[self._naming.field("on_conflict")] = GraphQLInputField(
                conflict, description="What happens to rows that exist already.", extensions=bind(WritePart.ON_CONFLICT)
            )
        return fields

    def _value(self, column: Column, how: Assignment) -> InputType:
        match how:
            case Assignment.DELETE_KEY:
                return GraphQLString
            case Assignment.DELETE_ELEM:
                return GraphQLInt
            case Assignment.DELETE_AT_PATH:
                return list_of(GraphQLString)
            case _:
                return self._columns.of(column.type)

    def _update_fields(self) -> dict[str, GraphQLInputField]:
        where = GraphQLInputField(
            GraphQLNonNull(self._inputs.filter(self._table.name)),
            description="Which rows.",
            extensions=bind(WritePart.WHERE),
        )
        return {self._naming.field("where"): where} | {
            name: GraphQLInputField(type_, description=description, extensions=bind(how))
            for name, (how, type_, description) in self.assignments().items()
        }

    def _conflict_fields(self) -> dict[str, GraphQLInputField]:
        naming = self._naming
        return {
            naming.field("constraint"): GraphQLInputField(
                GraphQLNonNull(self._constraints()),
                description="The constraint that the rows would break.",
                extensions=bind(WritePart.CONSTRAINT),
            ),
            naming.field("update_columns"): GraphQLInputField(
                GraphQLNonNull(list_of(self._update_column())),
                default_value=[],
                description="The columns that the existing row takes over; of none it is left as it is.",
                extensions=bind(WritePart.UPDATE_COLUMNS),
            ),
            naming.field("where"): GraphQLInputField(
                self._inputs.filter(self._table.name),
                description="Which existing rows are updated; others are left as they are.",
                extensions=bind(WritePart.WHERE),
            ),
        }

    def _constraints(self) -> GraphQLEnumType:
        values: dict[str, GraphQLEnumValue] = {}
        for key in self._seen.conflicts:
            name = unused(legal(self._naming.enum_value(key.name)), values)
            values[name] = GraphQLEnumValue(key.name, description=f"Unique: {', '.join(key.columns)}.")
        return GraphQLEnumType(
            self._names.type("constraint"), values, description=f"The unique constraints of `{self._table.name}`."
        )

    def _update_column(self) -> GraphQLEnumType:
        values = {
            self._names.values[column.name]: GraphQLEnumValue(column.name, description=column.comment)
            for column in self._seen.updatable
        } or {"_PLACEHOLDER": GraphQLEnumValue(NO_COLUMN, description="No column: none may be updated.")}
        return GraphQLEnumType(
            self._names.type("update_column"), values, description=f"The columns of `{self._table.name}` to update."
        )


def _can_be_assigned(column: Column, how: Assignment) -> bool:
    bare = column.type.bare
    match how:
        case Assignment.SET:
            return True
        case Assignment.INC:
            return bare.kind is TypeKind.BASE and bare.name in ADDABLE
        case _:
            return bare.kind is TypeKind.BASE and bare.name == "jsonb"


def many(type_: InputType) -> InputType:
    """A list, not null, of items that are not null."""
    return GraphQLNonNull(GraphQLList(GraphQLNonNull(type_)))
