"""Changes as INSERT, UPDATE and DELETE, with the rules that they keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, LiteralString, assert_never

from domain.tables.mentions import looks_elsewhere
from domain.tables.plan import EVERYTHING, And
from domain.tables.writes import Assignment, Delete, Insert, Update
from persistence.sql.fragments import Sql, column, identifier, joined, qualified, sql, type_name
from persistence.sql.free_names import free_name
from persistence.sql.predicates import Predicates
from persistence.sql.sources import WholeTables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from domain.tables.catalog import Column, Table
    from domain.tables.plan import Operand, Parameter, Predicate
    from domain.tables.writes import Assigned, Change, OnConflict, Preset, RowGroup
    from persistence.sql.binder import Binder
    from persistence.sql.sources import VisibleRows

_ASSIGNMENTS: Final[dict[Assignment, LiteralString]] = {
    Assignment.INC: "{} + {}",
    Assignment.APPEND: "{} || {}",
    Assignment.DELETE_KEY: "{} - {}",
    Assignment.DELETE_ELEM: "{} - {}",
    Assignment.DELETE_AT_PATH: "{} #- {}",
}


class ChangeRenderer:
    """Renders the changes of one statement."""

    def __init__(
        self,
        binder: Binder,
        sources: VisibleRows,
        predicates: Predicates,
        new_alias: Callable[[], Sql],
    ) -> None:
        """`predicates` are those of callers, about what `sources` shows."""
        self._binder = binder
        self._sources = sources
        self._predicates = predicates
        self._rules = Predicates(binder, new_alias, WholeTables())
        self._new_alias = new_alias

    def parts(self, change: Change, alias: Sql, returning: Sql, *, one: bool = False) -> Sql:
        """The WITH clause, in which `w` holds the written rows; `one`: an insert is of a single row."""
        if isinstance(change, Insert) and len(change.groups) > 1:
            return self._insert_groups(change, alias, returning)
        return sql("w AS ({})", self.statement(change, alias, returning, one=one))

    def statement(self, change: Change, alias: Sql, returning: Sql, *, one: bool = False) -> Sql:
        """The change, of whose rows there is one group at most, as a statement that returns something of each row."""
        match change:
            case Insert(groups=(group,)):
                return sql("{} RETURNING {}", self.insert(change, group, alias, one=one), returning)
            case Update(assigned=assigned) if assigned:
                return sql("{} RETURNING {}", self._update(change, alias), returning)
            case Delete(table=table):
                where = self._where(change, alias)
                return sql("DELETE FROM {} AS {}{} RETURNING {}", qualified(table.name), alias, where, returning)
            case Insert(table=table) | Update(table=table):
                return sql("SELECT {} FROM {} AS {} WHERE FALSE", returning, qualified(table.name), alias)
            case _:
                assert_never(change)

    def _insert_groups(self, insert: Insert, alias: Sql, returning: Sql) -> Sql:
        """An INSERT for each set of columns, since DEFAULT is no expression; their rows in the order of the request."""
        names = [Sql(f"w{index}") for index in range(len(insert.groups))]
        parts = [
            sql("{} AS ({} RETURNING {})", name, self.insert(insert, group, alias), returning)
            for name, group in zip(names, insert.groups, strict=True)
        ]
        place = identifier(free_name(insert.table))
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

    def insert(self, insert: Insert, group: RowGroup, alias: Sql, *, one: bool = False) -> Sql:
        """The rows of a group; a single row needs no function that makes rows of lists."""
        into = sql("INSERT INTO {} AS {}", qualified(insert.table.name), alias)
        conflict = self._on_conflict(insert.on_conflict, insert.table, alias) if insert.on_conflict else sql("")
        names = [self._binder.bind_only(value) if one else Sql(f"c{index}") for index, value in enumerate(group.values)]
        read = [_read(name, each) for name, each in zip(names, group.columns, strict=True)]
        given = [*read, *(self._preset(preset) for preset in insert.presets)]
        columns = joined(", ", (identifier(each.name) for each in _given_columns(insert, group)))
        if not given:
            # A row of defaults for each place; this form alone takes several of them.
            places = self._binder.bind_texts(_present(group.places))
            return sql("{} SELECT FROM unnest({}){}", into, places, conflict)
        if not names:
            places = self._binder.bind_texts(_present(group.places))
            return sql("{} ({}) SELECT {} FROM unnest({}){}", into, columns, joined(", ", given), places, conflict)
        if one:
            return sql("{} ({}) VALUES ({}){}", into, columns, joined(", ", given), conflict)
        return sql(
            "{} ({}) SELECT {} FROM unnest({}) AS r({}){}",
            into,
            columns,
            joined(", ", given),
            joined(", ", (self._binder.bind_texts(value) for value in group.values)),
            joined(", ", names),
            conflict,
        )

    def _preset(self, preset: Preset) -> Sql:
        if preset.operand is None:
            return sql("NULL::{}", type_name(preset.column.type.bare))
        return self._binder.bind(preset.operand)

    def _on_conflict(self, conflict: OnConflict, table: Table, alias: Sql) -> Sql:
        constraint = identifier(conflict.constraint)
        if not conflict.update:
            return sql(" ON CONFLICT ON CONSTRAINT {} DO NOTHING", constraint)
        assigned = [
            *(sql("{} = {}", identifier(each.name), column(Sql("excluded"), each.name)) for each in conflict.update),
            *(sql("{} = {}", identifier(each.column.name), self._preset(each)) for each in conflict.presets),
        ]
        where = self._seen([], conflict, table, alias)
        return sql(
            " ON CONFLICT ON CONSTRAINT {} DO UPDATE SET {}{}",
            constraint,
            joined(", ", assigned),
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

    def _operand(self, operand: Operand | tuple[Parameter, ...] | None) -> Sql:
        if operand is None:
            return sql("NULL")
        return self._binder.bind_all(operand) if isinstance(operand, tuple) else self._binder.bind(operand)

    def _where(self, change: Update | Delete, alias: Sql) -> Sql:
        terms: list[Sql] = []
        if change.version is not None:
            terms.append(sql("{}.xmin::text = {}", alias, self._binder.bind(change.version)))
        condition = self._seen(terms, change, change.table, alias)
        return sql(" WHERE {}", condition) if condition else sql("")

    def there(self, change: Update | Delete, alias: Sql) -> Sql:
        """The rows that the change is about, in whatever version they are."""
        condition = self._seen([], change, change.table, alias)
        return sql("SELECT FROM {} AS {} WHERE {}", qualified(change.table.name), alias, condition or sql("TRUE"))

    def _seen(self, terms: list[Sql], change: Update | Delete | OnConflict, table: Table, alias: Sql) -> Sql | None:
        """The terms, the rule, and what the caller asks for of the row as the caller sees it."""
        ruled = self._rules.conjunction(terms, change.rule, alias)
        every = [ruled] if ruled else []
        items = change.where.items if isinstance(change.where, And) else (change.where,)
        masked = tuple(item for item in items if self._sources.hides(item, table))
        if not masked:
            return self._predicates.conjunction(every, change.where, alias)
        plain = self._predicates.conjunction(every, And(tuple(item for item in items if item not in masked)), alias)
        shown, seen = self._sources.among(table, sql("(SELECT {}.*)", alias), ()), self._new_alias()
        condition = self._predicates.conjunction([], And(masked), seen) or sql("TRUE")
        exists = sql("EXISTS (SELECT FROM {} AS {} WHERE {})", shown, seen, condition)
        return joined(" AND ", [plain, exists] if plain else [exists])

    # --- what written rows must fulfil ---------------------------------------------------------------------------

    def fulfilled_here(self, change: Change, alias: Sql) -> Sql | None:
        """Whether a row, as it has just been written, fulfils its check; None if nothing is to be asked here."""
        new, changed = checks_of(change)
        if new == changed == EVERYTHING or looks_elsewhere(new) or looks_elsewhere(changed):
            return None
        # A row that was there was locked by its writer before it was changed, a new one was not.
        return self.fulfilled(change, alias, sql("{}.xmax = 0", alias))

    def fulfilled(self, change: Change, alias: Sql, inserted: Sql) -> Sql:
        """Whether a row that has been written fulfils its check; `inserted` tells whether it is new."""
        new, changed = checks_of(change)
        if new == changed:
            return sql("({}) IS TRUE", self._rules.condition(new, alias))
        conditions = self._rules.condition(new, alias), self._rules.condition(changed, alias)
        return sql("(CASE WHEN {} THEN {} ELSE {} END) IS TRUE", inserted, *conditions)


def checks_of(change: Change) -> tuple[Predicate, Predicate]:
    """What new rows and what changed rows must fulfil."""
    match change:
        case Insert(check=check, on_conflict=conflict):
            return check, conflict.check if conflict and conflict.update else check
        case Update(check=check):
            return check, check
        case Delete():
            return EVERYTHING, EVERYTHING
        case _:
            assert_never(change)


def _given_columns(insert: Insert, group: RowGroup) -> Sequence[Column]:
    return [*group.columns, *(preset.column for preset in insert.presets)]


def _read(text: Sql, of: Column) -> Sql:
    """The text as a value of the column's type; what a domain or a length asks for is checked by the assignment."""
    return sql("{}::{}", text, type_name(of.type.bare))


def _present(places: Parameter | None) -> Parameter:
    if places is None:
        raise ValueError("a group of several, or one without columns, says where its rows stand")
    return places
