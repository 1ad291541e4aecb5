"""Changes that a constraint of a table refuses, and how they are told without a word of the database's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import ConflictError, ForbiddenError, InvalidInputError

if TYPE_CHECKING:
    from domain.tables.catalog import Catalog, ForeignKey, Key, Table, TableName


@dataclass(frozen=True, slots=True)
class Violation:
    """What PostgreSQL says about a refused change: a constraint of a table by its name, or a column."""

    table: TableName
    constraint: str | None = None
    column: str | None = None

    def is_known(self, catalog: Catalog) -> bool:
        """Whether the catalog has the table, and the constraint if there is one."""
        return self.table in catalog.by_name and (self.constraint is None or bool(self.columns(catalog)))

    def columns(self, catalog: Catalog) -> tuple[str, ...]:
        """The columns that the constraint looks at; none where it is not known."""
        table = catalog.by_name.get(self.table)
        if table is None:
            return ()
        if self.column is not None:
            return (self.column,) if self.column in table.by_name else ()
        return next((rule.columns for rule in _constraints(table) if rule.name == self.constraint), ())


def _constraints(table: Table) -> list[Key | ForeignKey]:
    primary = [table.primary_key] if table.primary_key else []
    return [*primary, *table.unique_keys, *table.foreign_keys, *table.rules]


class RowConflictError(ConflictError):
    """Rows contradict others: a unique, foreign or exclusion constraint."""

    def __init__(self, message: str, violation: Violation) -> None:
        super().__init__(message)
        self.violation = violation


class RowRuleError(InvalidInputError):
    """A row breaks a rule of its own: a value that must not be NULL, a check."""

    def __init__(self, message: str, violation: Violation) -> None:
        super().__init__(message)
        self.violation = violation


class RowForbiddenError(ForbiddenError):
    """A row that was written is not one that the caller's role may write."""

    def __init__(self, message: str, violation: Violation) -> None:
        super().__init__(message)
        self.violation = violation


class RowLeftOutError(ConflictError):
    """A row was left out because of a conflict, and others are to be inserted with it; `path` leads to such rows."""

    def __init__(self, path: tuple[str | int, ...]) -> None:
        super().__init__("A row was left out because of a conflict; nothing can be inserted along with it.")
        self.path = path

    def extensions(self) -> dict[str, object]:
        """The path of the rows."""
        return {"path": list(self.path)}
