"""Serving tables or not, naming them, and making enums of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from domain.errors import NotFoundError
from domain.metadata.changing import Note
from domain.metadata.definitions import settings_problems
from domain.metadata.problems import refuse
from domain.tables.inconsistencies import InconsistentPart
from domain.tables.metadata import TableSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.metadata.problems import Path
    from domain.metadata.situation import Situation
    from domain.tables.catalog import TableName
    from domain.tables.inconsistencies import Inconsistency
    from domain.tables.metadata import Metadata, RootField

_OF_SETTINGS: Final = frozenset(
    (InconsistentPart.TABLE, InconsistentPart.COLUMN, InconsistentPart.NAME, InconsistentPart.ENUM)
)


@dataclass(frozen=True, slots=True)
class TrackTable:
    """Has a table served, or not.

    Attributes:
        table: which.
        tracked: whether it is.
        cascade: whether what stands on a table that is not served any more goes too.
    """

    table: TableName
    tracked: bool = True
    cascade: bool = False

    def apply(self, before: Situation) -> Metadata:
        """With the table tracked or not.

        Raises:
            NotFoundError: the database has no such table.
        """
        return with_settings(before.metadata, replace(settings_of(before, self.table), tracked=self.tracked))

    def place(self, misfit: Inconsistency) -> Path | None:  # noqa: ARG002 - the port's
        """What does not fit any more stands on the table, and was not given."""
        return None

    def note(self) -> Note:
        """Which table."""
        return Note("table.track" if self.tracked else "table.untrack", f"table:{self.table}", {})


@dataclass(frozen=True, slots=True)
class NameChanges:
    """What becomes different about the names of a table.

    Attributes:
        custom_name: what its names are made from; with `names` only, and None: its own name.
        names: whether `custom_name` is said.
        column_names: GraphQL names by column; None for the column's own.
        root_fields: GraphQL names by root field; None for the one made from the table's name.
    """

    custom_name: str | None = None
    names: bool = False
    column_names: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    root_fields: Mapping[RootField, str | None] = field(default_factory=dict["RootField", "str | None"])


@dataclass(frozen=True, slots=True)
class SetTableNames:
    """Gives a table other names in GraphQL; those that nothing is said about stay."""

    table: TableName
    changes: NameChanges
    cascade: bool = False

    def apply(self, before: Situation) -> Metadata:
        """With the names.

        Raises:
            NotFoundError: the database has no such table.
            InvalidInputError: a name is none, or there is no such column.
        """
        old = settings_of(before, self.table)
        columns = {**old.column_names, **self.changes.column_names}
        fields = {**old.root_fields, **self.changes.root_fields}
        new = replace(
            old,
            custom_name=self.changes.custom_name if self.changes.names else old.custom_name,
            column_names={column: name for column, name in columns.items() if name is not None},
            root_fields={each: name for each, name in fields.items() if name is not None},
        )
        refuse(replace(each, path=self._given(each.path)) for each in settings_problems(new))
        return with_settings(before.metadata, new)

    def place(self, misfit: Inconsistency) -> Path | None:
        """A name that is taken or a column that is not there."""
        if misfit.part not in _OF_SETTINGS or misfit.where != self.table:
            return None
        for index, (column, name) in enumerate(self.changes.column_names.items()):
            if misfit.name == (column if misfit.part is InconsistentPart.COLUMN else name):
                return ("input", "columnNames", index)
        for index, name in enumerate(self.changes.root_fields.values()):
            if misfit.name == name:
                return ("input", "rootFields", index)
        return ("input", "customName") if misfit.name == self.changes.custom_name else ("input",)

    def _given(self, path: Path) -> Path:
        """The path with the place in the request instead of the name of a column or root field."""
        given: dict[str, list[str]] = {
            "column_names": list(self.changes.column_names),
            "root_fields": [field.value for field in self.changes.root_fields],
        }
        member, *rest = path
        names = given.get(str(member), [])
        return (member, names.index(str(rest[0]))) if rest and rest[0] in names else path

    def note(self) -> Note:
        """What was said."""
        details: dict[str, object] = {"custom_name": self.changes.custom_name} if self.changes.names else {}
        if self.changes.column_names:
            details["column_names"] = dict(self.changes.column_names)
        if self.changes.root_fields:
            details["root_fields"] = {each.value: name for each, name in self.changes.root_fields.items()}
        return Note("table.name", f"table:{self.table}", details)


@dataclass(frozen=True, slots=True)
class SetEnumTable:
    """Makes an enum of the rows of a table, or a table again."""

    table: TableName
    is_enum: bool
    cascade: bool = False

    def apply(self, before: Situation) -> Metadata:
        """With the table as an enum or not.

        Raises:
            NotFoundError: the database has no such table.
        """
        return with_settings(before.metadata, replace(settings_of(before, self.table), is_enum=self.is_enum))

    def place(self, misfit: Inconsistency) -> Path | None:
        """A table that no enum can be made of."""
        return ("isEnum",) if misfit.part in _OF_SETTINGS and misfit.where == self.table else None

    def note(self) -> Note:
        """Which table."""
        return Note("table.enum", f"table:{self.table}", {"is_enum": self.is_enum})


def settings_of(situation: Situation, table: TableName) -> TableSettings:
    """What is said about a table.

    Raises:
        NotFoundError: the database has no such table, and nothing is said about one.
    """
    if (said := situation.metadata.tables.get(table)) is not None:
        return said
    if table not in situation.catalog.by_name:
        raise NotFoundError(f"There is no table {table} in the schemas that are exposed.")
    return TableSettings(table)


def with_settings(metadata: Metadata, settings: TableSettings) -> Metadata:
    """The metadata with other settings of a table; nothing is kept that says nothing."""
    tables = {name: each for name, each in metadata.tables.items() if name != settings.table}
    if settings != TableSettings(settings.table):
        tables[settings.table] = settings
    return replace(metadata, tables=tables)
