"""The render stage of mutations: a change and its answer as one SQL statement, or as two.

One is enough where the answer holds nothing but columns: the change stands in a WITH clause, and the answer is made of
what it returns. A relationship of a written row needs a second statement: all parts of one statement see the tables
as they were before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, LiteralString, assert_never

from domain.tables.plan import ColumnOutput, ConstantOutput, VersionOutput
from domain.tables.statement import Statement, WriteRootStatements, WriteStatement
from domain.tables.writes import AffectedRows, Assignment, Delete, Insert, OneRow, Response, Returning, Update
from persistence.sql.binder import Binder
from persistence.sql.fragments import Sql, column, identifier, joined, literal, qualified, sql, type_name
from persistence.sql.json_text import constant_text, listed, object_text
from persistence.sql.render import Renderer, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from domain.tables.catalog import Column, Table
    from domain.tables.plan import Output, Parameter, Predicate, Rows
    from domain.tables.writes import Assigned, Change, OnConflict, ResponseMember, RowGroup, Write, WriteRoot

    Ordering = Callable[[Sql], Sql | None]

_ASSIGNMENTS: Final[dict[Assignment, LiteralString]] = {
    Assignment.INC: "{} + {}",
    Assignment.APPEND: "{} || {}",
    Assignment.DELETE_KEY: "{} - {}",
    Assignment.DELETE_ELEM: "{} - {}",
    Assignment.DELETE_AT_PATH: "{} #- {}",
}
_READING_PARAMETERS: Final = 2


def render_root(root: WriteRoot, *, stringify_numeric_types: bool = False) -> WriteRootStatements:
    """Render a root field whose lists have been capped by `secure_writes`."""
    statements = tuple(_statement(write, stringify_numeric_types=stringify_numeric_types) for write in root.writes)
    return WriteRootStatements(root.key, statements, root.many)


def _statement(write: Write, *, stringify_numeric_types: bool) -> WriteStatement:
    outputs = _outputs(write)
    renderer = WriteRenderer(stringify_numeric_types=stringify_numeric_types)
    if all(isinstance(output, ColumnOutput | VersionOutput | ConstantOutput) for output in outputs):
        return renderer.whole(write, outputs)
    reader = WriteRenderer(stringify_numeric_types=stringify_numeric_types, before=_READING_PARAMETERS)
    return renderer.first(write.change, outputs, reader.reading(write))


def _outputs(write: Write) -> tuple[Output, ...]:
    """What is answered of the written rows, wherever it is."""
    match write.answer:
        case OneRow(rows):
            return rows.output
        case Response(members):
            lists = [member.rows.output for member in members if isinstance(member, Returning)]
            return tuple(output for outputs in lists for output in outputs)
        case _:
            assert_never(write.answer)


class WriteRenderer(Renderer):
    """Renders one change, or what reads the rows that it has written."""

    def __init__(self, *, stringify_numeric_types: bool, before: int = 0) -> None:
        """`before` parameters are bound by somebody else."""
        super().__init__(stringify_numeric_types=stringify_numeric_types, binder=Binder(before))

    def whole(self, write: Write, outputs: Sequence[Output]) -> WriteStatement:
        """The change and its answer as one statement."""
        change, alias = write.change, self.alias()
        columns = [column(alias, name) for name in _returned(change, outputs)]
        if _has_version(outputs):
            columns.append(sql("{} AS xmin", _version(change, alias)))
        parts = self._parts(change, alias, joined(", ", columns) if columns else sql("1 AS one"))
        answer = sql("convert_to({}, 'UTF8')", self._answer(write, _own_order(change)))
        text = sql("WITH {} SELECT {}", parts, joined(", ", [answer, *self._staleness(change)]))
        return WriteStatement(text, self._binder.parameters, versioned=_is_versioned(change))

    def first(self, change: Change, outputs: Sequence[Output], reading: Statement) -> WriteStatement:
        """The change; it answers the written rows to the statement that reads them."""
        alias = self.alias()
        version = _version(change, alias) if _has_version(outputs) else sql("NULL")
        parts = self._parts(change, alias, sql("{} AS row, ({})::text AS version", alias, version))
        order = _own_order(change)(sql("w") if isinstance(change, Insert) else sql("(w.row)"))
        ordering = sql(" ORDER BY {}", order) if order else sql("")
        lists = [
            sql("coalesce(array_agg({}{}), {})", value, ordering, literal("{}"))
            for value in (sql("w.row::text"), sql("w.version"))
        ]
        text = sql("WITH {} SELECT {} FROM w", parts, joined(", ", [*lists, *self._staleness(change)]))
        return WriteStatement(text, self._binder.parameters, reading, versioned=_is_versioned(change))

    def reading(self, write: Write) -> Statement:
        """The answer, made of written rows that are bound as lists: the rows, and their versions."""
        table = write.change.table
        place = _free_name(table)
        names = [*(each.name for each in table.columns), "xmin", place] if table.versioned else []
        names = names or [*(each.name for each in table.columns), _free_name(table, "version"), place]
        written = sql(
            "w AS (SELECT * FROM unnest($1::text[]::{}[], $2::text[]) WITH ORDINALITY AS w({}))",
            qualified(table.name),
            joined(", ", map(identifier, names)),
        )
        answer = self._answer(write, lambda alias: column(alias, place))
        text = sql("WITH {} SELECT convert_to({}, 'UTF8')", written, answer)
        return Statement(text, self._binder.parameters, ())

    # --- changes -------------------------------------------------------------------------------------------------

    def _parts(self, change: Change, alias: Sql, returning: Sql) -> Sql:
        """The WITH clause, in which `w` holds the written rows."""
        match change:
            case Insert(groups=groups) if len(groups) > 1:
                return self._insert_groups(change, alias, returning)
            case Insert(groups=(group,)):
                return sql("w AS ({} RETURNING {})", self._insert(change, group, alias), returning)
            case Update(assigned=assigned) if assigned:
                return sql("w AS ({} RETURNING {})", self._update(change, alias), returning)
            case Delete(table=table):
                where = self._where(change, alias)
                return sql("w AS (DELETE FROM {} AS {}{} RETURNING {})", qualified(table.name), alias, where, returning)
            case Insert(table=table) | Update(table=table):
                return sql("w AS (SELECT {} FROM {} AS {} WHERE FALSE)", returning, qualified(table.name), alias)
            case _:
                assert_never(change)

    def _insert_groups(self, insert: Insert, alias: Sql, returning: Sql) -> Sql:
        """An INSERT for each set of columns, since DEFAULT is no expression; their rows in the order of the request."""
        names = [Sql(f"w{index}") for index in range(len(insert.groups))]
        parts = [
            sql("{} AS ({} RETURNING {})", name, self._insert(insert, group, alias), returning)
            for name, group in zip(names, insert.groups, strict=True)
        ]
        place = identifier(_free_name(insert.table))
        rows = [
            sql(
                "SELECT {}.*, ({}::int4[])[row_number() OVER ()] AS {} FROM {}",
                name,
                self._binder.bind_texts(_present(group.places)),
                place,
                name,
            )
            for name, group in zip(names, insert.groups, strict=True)
        ]
        return joined(", ", [*parts, sql("w AS ({})", joined(" UNION ALL ", rows))])

    def _insert(self, insert: Insert, group: RowGroup, alias: Sql) -> Sql:
        into = sql("INSERT INTO {} AS {}", qualified(insert.table.name), alias)
        conflict = self._on_conflict(insert.on_conflict, alias) if insert.on_conflict else sql("")
        if not group.columns:
            # A row of defaults for each place; this form alone takes several of them.
            places = self._binder.bind_texts(_present(group.places))
            return sql("{} SELECT FROM unnest({}){}", into, places, conflict)
        names = [Sql(f"c{index}") for index in range(len(group.columns))]
        return sql(
            "{} ({}) SELECT {} FROM unnest({}) AS r({}){}",
            into,
            joined(", ", (identifier(each.name) for each in group.columns)),
            joined(", ", (_read(name, each) for name, each in zip(names, group.columns, strict=True))),
            joined(", ", (self._binder.bind_texts(value) for value in group.values)),
            joined(", ", names),
            conflict,
        )

    def _on_conflict(self, conflict: OnConflict, alias: Sql) -> Sql:
        constraint = identifier(conflict.constraint)
        if not conflict.update:
            return sql(" ON CONFLICT ON CONSTRAINT {} DO NOTHING", constraint)
        taken_over = (
            sql("{} = {}", identifier(each.name), column(Sql("excluded"), each.name)) for each in conflict.update
        )
        where = self._predicates.conjunction([], conflict.where, alias)
        return sql(
            " ON CONFLICT ON CONSTRAINT {} DO UPDATE SET {}{}",
            constraint,
            joined(", ", taken_over),
            sql(" WHERE {}", where) if where else sql(""),
        )

    def _update(self, update: Update, alias: Sql) -> Sql:
        assigned = joined(", ", (self._assignment(each, alias) for each in update.assigned))
        return sql(
            "UPDATE {} AS {} SET {}{}", qualified(update.table.name), alias, assigned, self._where(update, alias)
        )

    def _assignment(self, assigned: Assigned, alias: Sql) -> Sql:
        own, name = column(alias, assigned.column.name), identifier(assigned.column.name)
        operand = self._operand(assigned.operand)
        match assigned.how:
            case Assignment.SET:
                return sql("{} = {}", name, operand)
            case Assignment.PREPEND:
                return sql("{} = {} || {}", name, operand, own)
            case how:
                return sql("{} = {}", name, sql(_ASSIGNMENTS[how], own, operand))

    def _operand(self, operand: Parameter | tuple[Parameter, ...] | None) -> Sql:
        if operand is None:
            return sql("NULL")
        return self._binder.bind_all(operand) if isinstance(operand, tuple) else self._binder.bind(operand)

    def _where(self, change: Update | Delete, alias: Sql) -> Sql:
        terms: list[Sql] = []
        if change.version is not None:
            terms.append(sql("{}.xmin::text = {}", alias, self._binder.bind(change.version)))
        condition = self._predicates.conjunction(terms, change.where, alias)
        return sql(" WHERE {}", condition) if condition else sql("")

    def _staleness(self, change: Change) -> list[Sql]:
        """Whether the row is there in another version: as one column, where a version was asked for."""
        if isinstance(change, Insert) or not _is_versioned(change):
            return []
        alias = self.alias()
        there = self._there(change.table, change.where, alias)
        return [sql("NOT EXISTS (SELECT FROM w) AND EXISTS ({})", there)]

    def _there(self, table: Table, where: Predicate, alias: Sql) -> Sql:
        condition = self._predicates.conjunction([], where, alias)
        return sql("SELECT FROM {} AS {} WHERE {}", qualified(table.name), alias, condition or sql("TRUE"))

    # --- answers -------------------------------------------------------------------------------------------------

    def _answer(self, write: Write, ordering: Ordering) -> Sql:
        match write.answer:
            case OneRow(rows):
                return sql("coalesce(({}), 'null')", self._written_objects(rows, None))
            case Response(members):
                return object_text([(member.key, self._member(member, ordering)) for member in members])
            case _:
                assert_never(write.answer)

    def _member(self, member: ResponseMember, ordering: Ordering) -> Sql:
        match member:
            case AffectedRows():
                return sql("(SELECT count(*) FROM w)::text")
            case ConstantOutput():
                return constant_text(member.value)
            case Returning(rows=rows):
                return listed(self._written_objects(rows, ordering), rows.cap)
            case _:
                assert_never(member)

    def _written_objects(self, rows: Rows, ordering: Ordering | None) -> Sql:
        alias = self.alias()
        scope = Scope(alias)
        output = self._object(rows.output, alias, scope)
        order = ordering(alias) if ordering else None
        ending = [sql("ORDER BY {}", order)] if order else []
        return joined(" ", [sql("SELECT {} AS o FROM w AS {}", output, alias), *scope.joins, *ending])


def _read(text: Sql, of: Column) -> Sql:
    """The text as a value of the column's type; what a domain or a length asks for is checked by the assignment."""
    return sql("{}::{}", text, type_name(of.type.bare))


def _present(places: Parameter | None) -> Parameter:
    if places is None:
        raise ValueError("a group of several, or one without columns, says where its rows stand")
    return places


def _has_version(outputs: Sequence[Output]) -> bool:
    return any(isinstance(output, VersionOutput) for output in outputs)


def _returned(change: Change, outputs: Sequence[Output]) -> list[str]:
    """The columns that an answer is made of, and those that it is ordered by."""
    names = [output.column.name for output in outputs if isinstance(output, ColumnOutput)]
    key = () if isinstance(change, Insert) else change.table.row_key
    return list(dict.fromkeys([*names, *key]))


def _version(change: Change, alias: Sql) -> Sql:
    """The version of a written row: the transaction that wrote it, which is this one; of a deleted row, its last."""
    return sql("{}.xmin", alias) if isinstance(change, Delete) else sql("pg_current_xact_id()::xid")


def _is_versioned(change: Change) -> bool:
    match change:
        case Update():
            return change.version is not None and bool(change.assigned)
        case Delete():
            return change.version is not None
        case _:
            return False


def _own_order(change: Change) -> Ordering:
    """The order of rows in `w`: that of the request for inserted ones, by the row key for others."""
    table = change.table
    if isinstance(change, Insert):
        several = len(change.groups) > 1
        return lambda alias: column(alias, _free_name(table)) if several else None
    return lambda alias: joined(", ", (column(alias, name) for name in table.row_key)) if table.row_key else None


def _free_name(table: Table, name: str = "place") -> str:
    while name in table.by_name:
        name += "_"
    return name
