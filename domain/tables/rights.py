"""What one role may do with the rows of each table: its permissions, made ready for `secure` and for the schema."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from domain.tables.metadata import Action
from domain.tables.plan import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from domain.tables.catalog import Function, Table, TableName
    from domain.tables.functions import ComputedField
    from domain.tables.plan import Operand, Predicate


@dataclass(frozen=True, slots=True)
class SelectRight:
    """What is read of a table.

    Attributes:
        columns: the columns that are read; each with the rows that it is shown of, `EVERYTHING` for all that `filter`
            lets through. Of other rows it is NULL: a role that inherits from several sees each column where one of
            those that have it would.
        computed_fields: the computed fields that are read, likewise.
        filter: which rows.
        limit: the most rows of one list; None: as many as anybody.
        aggregations: whether what is computed of many rows is read.
    """

    columns: Mapping[str, Predicate]
    computed_fields: Mapping[str, Predicate] = field(default_factory=dict[str, "Predicate"])
    filter: Predicate = EVERYTHING
    limit: int | None = None
    aggregations: bool = True


@dataclass(frozen=True, slots=True)
class InsertRight:
    """What is inserted into a table.

    Attributes:
        columns: the columns that a caller gives.
        check: what a row must fulfil once it is there.
        presets: what columns get whatever a caller gives; None for NULL.
    """

    columns: frozenset[str]
    check: Predicate = EVERYTHING
    presets: Mapping[str, Operand | None] = field(default_factory=dict[str, "Operand | None"])


@dataclass(frozen=True, slots=True)
class UpdateRight:
    """What is changed in a table.

    Attributes:
        columns: the columns that a caller gives.
        filter: which rows.
        check: what a row must fulfil once it is changed.
        presets: what columns get whatever a caller gives; None for NULL.
    """

    columns: frozenset[str]
    filter: Predicate = EVERYTHING
    check: Predicate = EVERYTHING
    presets: Mapping[str, Operand | None] = field(default_factory=dict[str, "Operand | None"])


@dataclass(frozen=True, slots=True)
class DeleteRight:
    """Which rows are deleted from a table."""

    filter: Predicate = EVERYTHING


@dataclass(frozen=True, slots=True)
class TableRights:
    """What one role may do with one table; None: nothing of the kind."""

    select: SelectRight | None = None
    insert: InsertRight | None = None
    update: UpdateRight | None = None
    delete: DeleteRight | None = None

    def right_to(self, action: Action) -> SelectRight | InsertRight | UpdateRight | DeleteRight | None:
        """The right of one kind."""
        match action:
            case Action.SELECT:
                return self.select
            case Action.INSERT:
                return self.insert
            case Action.UPDATE:
                return self.update
            case Action.DELETE:
                return self.delete


NOTHING: Final = TableRights()


class Rights(Protocol):
    """What one role may do."""

    def of(self, table: Table) -> TableRights:
        """With the rows of a table; quick, since it is asked for at every mention of the table."""
        ...

    def partly_shown(self, table: TableName) -> Collection[str]:
        """The columns of a table that are shown of some of the rows that are read, and NULL in the others."""
        ...

    def may_call(self, function: Function) -> bool:
        """Whether a function is a root field for the role."""
        ...

    def may_compute(self, field: ComputedField) -> bool:
        """Whether a computed field is one of the role's: a value that its right names, rows that it reads."""
        ...


class Unrestricted:
    """The rights of administrators: everything."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Table, TableRights]] = {}

    def of(self, table: Table) -> TableRights:
        """Every row and every column."""
        found = self._made.get(id(table))
        if found is None or found[0] is not table:
            names = frozenset(table.by_name)
            select = SelectRight(dict.fromkeys(table.by_name, EVERYTHING))
            rights = TableRights(select, InsertRight(names), UpdateRight(names), DeleteRight())
            found = self._made[id(table)] = (table, rights)
        return found[1]

    def partly_shown(self, table: TableName) -> Collection[str]:  # noqa: ARG002 - the port's
        """None."""
        return ()

    def may_call(self, function: Function) -> bool:  # noqa: ARG002 - the port's
        """Every function."""
        return True

    def may_compute(self, field: ComputedField) -> bool:  # noqa: ARG002 - the port's
        """Every computed field."""
        return True
