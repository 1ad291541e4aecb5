"""Calls of functions as SQL expressions, and the rows that they return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.tables.calls import Given
from persistence.sql.fragments import column, identifier, joined, literal, qualified, sql, type_name

if TYPE_CHECKING:
    from domain.tables.calls import Argument, Call, ComputedColumn
    from domain.tables.catalog import DataType, Table
    from persistence.sql.binder import Binder
    from persistence.sql.fragments import Sql
    from persistence.sql.sources import Sources


class Calls:
    """Renders the calls of one statement."""

    def __init__(self, binder: Binder, sources: Sources) -> None:
        """`sources` are what the rows come from that calls are about, and show what of the answers is seen."""
        self._binder = binder
        self._sources = sources

    def computed(self, computed: ComputedColumn, alias: Sql) -> Sql:
        """A computed value of the row `alias`; NULL where it is not shown."""
        value, shown = self._call(computed.call, alias), self._sources.shows(computed, alias)
        return sql("CASE WHEN {} THEN {} END", shown, value) if shown else value

    def rows(self, call: Call, table: Table, row: Sql | None = None, *, versioned: bool = False) -> Sql:
        """The rows of the table that a call returns and that are seen, to be given an alias.

        Args:
            call: what returns them.
            table: whose rows they are.
            row: the alias of the row that the call is about.
            versioned: whether they have versions: each that of the stored row with its key, and one that no stored row
                has where there is none.
        """
        return self._seen(self._call(call, row), call, table, versioned=versioned)

    def kept(self, call: Call, table: Table, rows: Sql, *, versioned: bool = False) -> Sql:
        """The same of rows that have been returned already, and are given as a list of the table's row type."""
        return self._seen(sql("unnest({})", rows), call, table, versioned=versioned)

    def texts(self, call: Call) -> Sql:
        """A query for the list of the rows that a call returns, each as the text of a row."""
        every = sql("SELECT coalesce(array_agg((s.*)::text), {}) FROM {} AS s", literal("{}"), self._call(call, None))
        return every if call.function.returns_set else sql("{} WHERE NOT (s.* IS NULL)", every)

    def _seen(self, found: Sql, call: Call, table: Table, *, versioned: bool) -> Sql:
        single = not call.function.returns_set
        if versioned or single:
            alias = sql("s")
            version = sql(", {} AS xmin", _stored_version(table, alias)) if versioned else sql("")
            # A function that returns no set answers a row of NULLs if it has none.
            present = sql(" WHERE NOT ({}.* IS NULL)", alias) if single else sql("")
            found = sql("(SELECT {}.*{} FROM {} AS {}{})", alias, version, found, alias, present)
        return self._sources.among(table, found, ["xmin"] if versioned else [])

    def _call(self, call: Call, row: Sql | None) -> Sql:
        """Arguments go by their places until one is left to its default; those behind it go by their names."""
        arguments: list[Sql] = []
        skipped = False
        for argument, given in zip(call.function.arguments, call.arguments, strict=True):
            if given is Given.DEFAULT:
                skipped = True
                continue
            value = self._value(given, argument.type, call, row)
            arguments.append(sql("{} => {}", identifier(argument.name), value) if skipped else value)
        return sql("{}({})", qualified(call.function.name), joined(", ", arguments))

    def _value(self, given: Argument, type_: DataType, call: Call, row: Sql | None) -> Sql:
        match given:
            case Given.NULL:
                return sql("NULL::{}", type_name(type_))
            case Given.ROW:
                if call.of is None or row is None:
                    raise ValueError("a call about a row needs the row")
                return self._whole_row(call.of, row)
            case Given.DEFAULT:
                raise ValueError("a default is not given")
            case _:
                return self._binder.bind(given)

    def _whole_row(self, table: Table, alias: Sql) -> Sql:
        """The row as a value of the table's row type, with all its values, those that are not shown too."""
        values = joined(", ", (self._sources.key(table.name, alias, each.name) for each in table.columns))
        return sql("ROW({})::{}", values, qualified(table.name))


def _stored_version(table: Table, alias: Sql) -> Sql:
    if not table.row_key:
        return sql("'0'::xid")
    stored = sql("v")
    same = joined(" AND ", (sql("{} = {}", column(stored, name), column(alias, name)) for name in table.row_key))
    found = sql("SELECT {}.xmin FROM {} AS {} WHERE {}", stored, qualified(table.name), stored, same)
    return sql("coalesce(({}), '0'::xid)", found)
