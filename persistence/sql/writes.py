"""The render stage of mutations: a change and its answer as one SQL statement, or as two.

One is enough where the answer holds nothing but columns that the caller sees of every row: the change stands in a WITH
clause, and the answer is made of what it returns. A relationship of a written row, and a rule about other rows, need a
second statement: all parts of one statement see the tables as they were before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from domain.tables.mentions import columns_of, looks_elsewhere
from domain.tables.plan import EVERYTHING, ColumnOutput, ConstantOutput, VersionOutput
from domain.tables.statement import Statement, WriteStatement
from domain.tables.writes import AffectedRows, Delete, Insert, OneRow, Response, Returning, Update
from persistence.sql.binder import Binder
from persistence.sql.changes import ChangeRenderer, checks_of
from persistence.sql.fragments import Sql, column, identifier, joined, literal, qualified, sql
from persistence.sql.free_names import free_name
from persistence.sql.json_text import constant_text, listed, object_text
from persistence.sql.render import Renderer, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from domain.tables.catalog import Table
    from domain.tables.plan import Operand, Output, Predicate, Rows
    from domain.tables.rights import Rights
    from domain.tables.writes import Change, ResponseMember, Write
    from persistence.sql.options import RenderOptions

    Ordering = Callable[[Sql], Sql | None]


def checks_elsewhere(change: Change) -> bool:
    """Whether a check is about more than the written row."""
    return any(map(looks_elsewhere, checks_of(change)))


def tells_new(change: Change) -> bool:
    """Whether a later statement must know which of the written rows are new."""
    new, changed = checks_of(change)
    return new != changed and checks_elsewhere(change)


class WriteRenderer(Renderer):
    """Renders one change, or what reads the rows that it has written."""

    def __init__(self, rights: Rights, *, options: RenderOptions, before: int = 0, affected: Sql | None = None) -> None:
        """`before` parameters are bound by somebody else; `affected` is the number of rows where `w` has not all."""
        super().__init__(rights, options=options, binder=Binder(before))
        self._affected = affected
        self.changes = ChangeRenderer(self._binder, self.sources, self._predicates, self.alias)

    @property
    def parameters(self) -> tuple[Operand, ...]:
        """What is bound, in order."""
        return self._binder.parameters

    def returning(self, write: Write, outputs: Sequence[Output]) -> WriteStatement | None:
        """The change of one row, which returns the answer; None if it cannot be said so.

        PostgreSQL then neither keeps the written row nor reads it again.
        """
        change, answer = write.change, write.answer
        several = isinstance(change, Insert) and len(change.groups) != 1
        if not isinstance(answer, OneRow) or several or _is_versioned(change) or has_version(outputs):
            return None
        alias = self.alias()
        value = self._shown_or_refused(change, answer, alias)
        text = self.changes.statement(change, alias, self.encoded(value), one=True)
        if self.tried_for(change):
            return None  # There is nowhere to try a value first.
        return WriteStatement(text, self._binder.parameters)

    def _shown_or_refused(self, change: Change, answer: OneRow, alias: Sql) -> Sql:
        """The written row as the caller sees it, `null` where it does not; a refusal if it fails its check."""
        rows = answer.rows
        value = self.row_object(rows.output, rows.table, Scope(alias))
        fulfilled = self.changes.fulfilled_here(change, alias)
        if self.sources.restricts(rows.table):
            shown = self.sources.shown(rows.table, alias)
            # Most roles see what they may write.
            if not fulfilled or set(checks_of(change)) != {self.sources.only_filters(rows.table)}:
                value = sql("CASE WHEN {} THEN {} ELSE 'null' END", shown, value)
        return self.refusing(change, sql("NOT ({})", fulfilled), value) if fulfilled else value

    def whole(self, write: Write, outputs: Sequence[Output]) -> WriteStatement:
        """The change and its answer as one statement."""
        change, alias = write.change, self.alias()
        shown = self.sources.only_filters(change.table) if outputs else None
        columns = [column(alias, name) for name in _returned(change, outputs, shown or EVERYTHING)]
        if has_version(outputs):
            columns.append(sql("{} AS xmin", version_of(change, alias)))
        fulfilled = self.changes.fulfilled_here(change, alias)
        if fulfilled:
            columns.append(sql("{} AS {}", fulfilled, _ok(change)))
        returned = joined(", ", columns) if columns else sql("1 AS one")
        parts = self.changes.parts(change, alias, returned, one=isinstance(write.answer, OneRow))
        answer = self._answer(write, _own_order(change))
        if fulfilled:
            answer = self.refusing(change, sql("EXISTS (SELECT FROM w WHERE NOT w.{})", _ok(change)), answer)
        columns = [self.encoded(answer), *self._staleness(change)]
        text = sql("WITH {} SELECT {}{}", parts, joined(", ", columns), self.tried_for(change))
        return WriteStatement(text, self._binder.parameters, versioned=_is_versioned(change))

    def first(self, change: Change, outputs: Sequence[Output], reading: Statement) -> WriteStatement:
        """The change; it answers the written rows to the statement that reads them."""
        alias = self.alias()
        version = version_of(change, alias) if has_version(outputs) else sql("NULL")
        returned = [sql("{} AS row", alias), sql("({})::text AS version", version)]
        handed = [sql("w.row::text"), sql("w.version")]
        if tells_new(change):
            returned.append(sql("({}.xmax = 0)::text AS inserted", alias))
            handed.append(sql("w.inserted"))
        fulfilled = self.changes.fulfilled_here(change, alias)
        if fulfilled:
            returned.append(sql("{} AS ok", fulfilled))
        parts = self.changes.parts(change, alias, joined(", ", returned))
        order = _own_order(change)(sql("w") if isinstance(change, Insert) else sql("(w.row)"))
        ordering = sql(" ORDER BY {}", order) if order else sql("")
        lists = [sql("coalesce(array_agg({}{}), {})", value, ordering, literal("{}")) for value in handed]
        if fulfilled:
            lists[0] = sql(
                "({})::text[]", self.refusing(change, sql("NOT bool_and(w.ok)"), sql("({})::text", lists[0]))
            )
        columns = [*lists, *self._staleness(change)]
        text = sql("WITH {} SELECT {} FROM w{}", parts, joined(", ", columns), self.tried_for(change))
        return WriteStatement(text, self._binder.parameters, reading, versioned=_is_versioned(change))

    def reading(self, write: Write) -> Statement:
        """The answer, made of written rows that are bound as lists: the rows, their versions, and which are new."""
        place = free_name(write.change.table)
        answer = self._checked(write.change, self._answer(write, lambda alias: column(alias, place)))
        text = sql("WITH {} SELECT {}{}", _handed_over(write.change), self.encoded(answer), self.tried())
        return Statement(text, self._binder.parameters, ())

    def holding(self, change: Change) -> Statement:
        """What holds written rows, bound as for `reading`, against a check that is about more than the row."""
        text = sql("WITH {} SELECT {}", _handed_over(change), self._checked(change, sql("NULL")))
        return Statement(text, self._binder.parameters, ())

    def _checked(self, change: Change, answer: Sql) -> Sql:
        """The answer, unless a row of `w` fails a check that is about more than the row."""
        if not checks_elsewhere(change):
            return answer
        alias, new = self.alias(), free_name(change.table, "inserted")
        fulfilled = self.changes.fulfilled(change, alias, sql("{}::bool", column(alias, new)))
        return self.refusing(change, sql("EXISTS (SELECT FROM w AS {} WHERE NOT {})", alias, fulfilled), answer)

    def tried_for(self, change: Change) -> Sql:
        """The clause that tries the values, where a rule hides rows from what the caller asks of them."""
        ruled = change.on_conflict if isinstance(change, Insert) else change
        return self.tried(hidden=ruled is not None and ruled.rule != EVERYTHING)

    def refusing(self, change: Change, failing: Sql, answer: Sql) -> Sql:
        """The answer, unless a written row fails its check."""
        name = change.table.name
        refusal = sql("selfgraph.refuse_row({}, {})", literal(name.schema), literal(name.name))
        return sql("CASE WHEN {} THEN {} ELSE {} END", failing, refusal, answer)

    def _staleness(self, change: Change) -> list[Sql]:
        """Whether the row is there in another version: as one column, where a version was asked for."""
        if isinstance(change, Insert) or not _is_versioned(change):
            return []
        there = self.changes.there(change, self.alias())
        return [sql("NOT EXISTS (SELECT FROM w) AND EXISTS ({})", there)]

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
                return self._affected or sql("(SELECT count(*) FROM w)::text")
            case ConstantOutput():
                return constant_text(member.value)
            case Returning(rows=rows):
                return listed(self._written_objects(rows, ordering), rows.cap)
            case _:
                assert_never(member)

    def _written_objects(self, rows: Rows, ordering: Ordering | None) -> Sql:
        alias = self.alias()
        scope = Scope(alias)
        source = self.sources.among(rows.table, sql("w"), _names_beside(rows.table))
        output = self.row_object(rows.output, rows.table, scope)
        order = ordering(alias) if ordering else None
        ending = [sql("ORDER BY {}", order)] if order else []
        return joined(" ", [sql("SELECT {} AS o FROM {} AS {}", output, source, alias), *scope.joins, *ending])


def _handed_over(change: Change) -> Sql:
    """`w`, made of written rows that are bound as lists.

    Columns are taken by their names: a change of the table since the statement was made is an error then, and no other
    column's value. The table is mentioned so that PostgreSQL plans the statement anew when it has changed.
    """
    table = change.table
    (version, place), new = _names_beside(table), free_name(table, "inserted")
    values = [sql("({}).{} AS {}", sql("u.written"), *[identifier(each.name)] * 2) for each in table.columns]
    beside = {"version": version, **({"inserted": new} if tells_new(change) else {}), "place": place}
    values += [sql("{} AS {}", column(sql("u"), given), identifier(name)) for given, name in beside.items()]
    return sql(
        "w AS (SELECT {} FROM (SELECT x.written::{} AS written, {} FROM unnest($1::text[], $2::text[]{})"
        " WITH ORDINALITY AS x(written, {}) WHERE NOT EXISTS (SELECT FROM {} WHERE false) OFFSET 0) AS u)",
        joined(", ", values),
        qualified(table.name),
        joined(", ", (column(sql("x"), given) for given in beside)),
        sql(", $3::text[]") if tells_new(change) else sql(""),
        joined(", ", map(identifier, beside)),
        qualified(table.name),
    )


def _ok(change: Change) -> Sql:
    return identifier(free_name(change.table, "ok"))


def has_version(outputs: Sequence[Output]) -> bool:
    """Whether the version of a row is answered."""
    return any(isinstance(output, VersionOutput) for output in outputs)


def _returned(change: Change, outputs: Sequence[Output], shown: Predicate) -> list[str]:
    """The columns that an answer is made of, those that it is ordered by, and those that say which rows are shown."""
    names = [output.column.name for output in outputs if isinstance(output, ColumnOutput)]
    key = () if isinstance(change, Insert) else change.table.row_key
    return list(dict.fromkeys([*names, *key, *sorted(columns_of(shown, change.table))]))


def version_of(change: Change, alias: Sql) -> Sql:
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
        return lambda alias: column(alias, free_name(table)) if several else None
    return lambda alias: joined(", ", (column(alias, name) for name in table.row_key)) if table.row_key else None


def _names_beside(table: Table) -> tuple[str, str]:
    """What a written row has beside its columns where it is read: its version, and its place among the others."""
    return ("xmin" if table.versioned else free_name(table, "version")), free_name(table)
