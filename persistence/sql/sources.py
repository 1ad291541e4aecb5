"""The rows of a table as the caller's role sees them: the one place where a table is named on behalf of a caller.

A table that a role sees whole is named as it is. Any other is a subquery of the rows that the role's rule lets through,
which PostgreSQL pulls up into the query around it; whatever stands outside, a filter, an ordering, a relationship or a
measure, can be about nothing else. The rules themselves speak of the tables as they are.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final, Protocol

from domain.tables.calls import ComputedColumn
from domain.tables.mentions import columns_of, looks_elsewhere
from domain.tables.plan import EVERYTHING, Cast, Or
from domain.tables.rights import SelectRight
from domain.tables.vectors import Distance
from persistence.sql.fragments import column, identifier, joined, qualified, sql
from persistence.sql.predicates import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from domain.tables.catalog import Table, TableName
    from domain.tables.plan import Predicate, Subject
    from domain.tables.relationships import Relationship
    from domain.tables.rights import Rights
    from persistence.sql.binder import Binder
    from persistence.sql.fragments import Sql

_UNSEEN: Final = SelectRight(columns={}, filter=Or(()))
"""What is read without a right: no row."""


class Sources(Protocol):
    """Where rows come from, and how they belong together."""

    def of(self, table: Table) -> Sql:
        """The rows of a table, to be given an alias."""
        ...

    def key(self, table: TableName, alias: Sql, name: str) -> Sql:
        """A column by which rows are joined."""
        ...

    def related(self, relationship: Relationship, source: Sql, target: Sql) -> Sql:
        """The condition under which rows of two such sources belong together."""
        ...

    def among(self, table: Table, rows: Sql, beside: Sequence[str]) -> Sql:
        """Rows of a table that come from somewhere else: all columns of the table, and those beside."""
        ...

    def shows(self, computed: ComputedColumn, alias: Sql) -> Sql | None:
        """Whether the value is shown of the row; None: of every row."""
        ...


class WholeTables:
    """Every row and column; for rules."""

    def of(self, table: Table) -> Sql:
        """The table."""
        return qualified(table.name)

    def key(self, table: TableName, alias: Sql, name: str) -> Sql:  # noqa: ARG002 - whatever the table
        """A column of a key."""
        return column(alias, name)

    def related(self, relationship: Relationship, source: Sql, target: Sql) -> Sql:
        """The columns of the relationship are equal."""
        return _together(self, relationship, source, target)

    def among(self, table: Table, rows: Sql, beside: Sequence[str]) -> Sql:  # noqa: ARG002 - whatever they are
        """The rows."""
        return rows

    def shows(self, computed: ComputedColumn, alias: Sql) -> Sql | None:  # noqa: ARG002 - whatever it is
        """Of every row."""
        return None


class VisibleRows:
    """What one role sees.

    A column that is shown of some rows only is NULL in the others. What joins rows needs its value all the same, and
    finds it beside, under a name that no field of a caller leads to.
    """

    def __init__(self, rights: Rights, binder: Binder, new_alias: Callable[[], Sql]) -> None:
        self._rights = rights
        self._new_alias = new_alias
        self._rules = Rules(binder, new_alias, WholeTables())
        self.hidden = False
        """Whether rows or values that the role does not see are behind any source so far."""

    def of(self, table: Table) -> Sql:
        """The rows that the role sees, to be given an alias."""
        if not self.restricts(table):
            return qualified(table.name)
        alias = self._new_alias()
        version = [sql("{}.xmin", alias)] if table.versioned else []
        return self._visible(table, qualified(table.name), alias, [*self._columns(table, alias), *version])

    def among(self, table: Table, rows: Sql, beside: Sequence[str]) -> Sql:
        """Those that the role sees of rows that are kept under a name: all columns of the table, and those beside."""
        if not self.restricts(table):
            return rows
        alias = self._new_alias()
        further = [column(alias, name) for name in beside] if self._rights.partly_shown(table.name) else []
        return self._visible(table, rows, alias, [*self._columns(table, alias), *further])

    def _visible(self, table: Table, rows: Sql, alias: Sql, columns: Sequence[Sql]) -> Sql:
        self.hidden = True
        right, every = self._right(table), joined(", ", columns)
        where = self._rules.conjunction([], right.filter, alias)
        condition = sql(" WHERE {}", where) if where else sql("")
        return sql("(SELECT {} FROM {} AS {}{})", every, rows, alias, condition)

    def restricts(self, table: Table) -> bool:
        """Whether some of the table is not seen: rows, or values of columns."""
        right = self._right(table)
        partly = self._rights.partly_shown(table.name) or _partly(right)
        return right.filter != EVERYTHING or bool(partly)

    def only_filters(self, table: Table) -> Predicate | None:
        """The rule by which rows are seen, if every value of a row that is seen is seen; None if some are not."""
        right = self._right(table)
        return None if self._rights.partly_shown(table.name) or _partly(right) else right.filter

    def shown(self, table: Table, alias: Sql) -> Sql:
        """Whether the role sees a row, of a table of whose rows it sees all or nothing."""
        self.hidden = True
        return self._rules.condition(self._right(table).filter, alias)

    def hides(self, where: Predicate, table: Table) -> bool:
        """Whether the predicate, about rows of a table, may look at values that are shown of some rows only."""
        if columns_of(where, table).intersection(self._rights.partly_shown(table.name)):
            return True
        return bool(_partly(self._right(table))) and looks_elsewhere(where)

    def has_version(self, table: Table) -> bool:
        """Whether `*` of the rows has their version in it."""
        return "xmin" in table.by_name or (table.versioned and self.restricts(table))

    def key(self, table: TableName, alias: Sql, name: str) -> Sql:
        """A column of a key by its value, wherever it is shown."""
        hidden = name in self._rights.partly_shown(table)
        return column(alias, _beside(name) if hidden else name)

    def nullable(self, table: Table, of: Subject) -> bool:
        """Whether the value can be NULL where the role reads it."""
        if isinstance(of, Cast | Distance):
            return self.nullable(table, of.of)
        if isinstance(of, ComputedColumn):
            return of.nullable
        return of.nullable or of.name in self._rights.partly_shown(table.name)

    def related(self, relationship: Relationship, source: Sql, target: Sql) -> Sql:
        """The condition under which rows of two such sources belong together."""
        return _together(self, relationship, source, target)

    def shows(self, computed: ComputedColumn, alias: Sql) -> Sql | None:
        """What stands beside the columns for a value that is shown of some rows only."""
        of = computed.call.of
        partly = of is not None and computed.name in _partly(self._right(of))
        return column(alias, _beside(f"{computed.name}()")) if partly else None

    def _right(self, table: Table) -> SelectRight:
        return self._rights.of(table).select or _UNSEEN

    def _columns(self, table: Table, alias: Sql) -> Iterator[Sql]:
        partly, right = self._rights.partly_shown(table.name), self._right(table)
        for name, shown in _partly(right).items():
            yield sql("{} AS {}", self._rules.condition(shown, alias), identifier(_beside(f"{name}()")))
        if not partly:
            yield sql("{}.*", alias)
            return
        for each in table.columns:
            value = column(alias, each.name)
            if each.name in partly:
                where = self._rules.condition(right.columns[each.name], alias)
                yield sql("CASE WHEN {} THEN {} END AS {}", where, value, identifier(each.name))
                yield sql("{} AS {}", value, identifier(_beside(each.name)))
            else:
                yield value


def _together(sources: Sources, way: Relationship, source: Sql, target: Sql) -> Sql:
    """The condition under which two rows belong together, over a row of the bridge where there is one."""
    if way.through is None:
        pairs = (
            (sources.key(way.target, target, there), sources.key(way.source, source, here))
            for here, there in way.columns
        )
        return joined(" AND ", (sql("{} = {}", there, here) for there, here in pairs))
    # Aliases are numbered; that of the bridge belongs to that of the target.
    (to_bridge, from_there), bridge = way.legs(way.through), sql("{}b", target)
    here = _together(sources, to_bridge, source, bridge)
    there = _together(sources, from_there, bridge, target)
    return sql("EXISTS (SELECT 1 FROM {} AS {} WHERE {} AND {})", sources.of(way.through.table), bridge, here, there)


def _partly(right: SelectRight) -> Mapping[str, Predicate]:
    """The computed fields that are shown of some of the rows that are read."""
    return {name: shown for name, shown in right.computed_fields.items() if shown != EVERYTHING}


def _beside(name: str) -> str:
    """The name of a column's value as it is beside that which is shown; of any length that PostgreSQL takes."""
    return f"~{blake2b(name.encode(), digest_size=8).hexdigest()}"
