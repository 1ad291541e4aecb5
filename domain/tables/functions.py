"""Which functions are root fields and which are fields of rows, and why others are neither."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Final

from domain.tables.calls import Call, ComputedColumn, Given
from domain.tables.catalog import TypeKind, Volatility
from domain.tables.inconsistencies import Inconsistency, InconsistentPart
from domain.tables.metadata import ComputedFieldDefinition, ExposedAs, FunctionSettings
from domain.tables.plan import WholeSession

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.tables.calls import Argument
    from domain.tables.catalog import Catalog, DataType, Function, FunctionArgument, Table, TableName
    from domain.tables.metadata import Metadata

_JSON: Final = frozenset({"json", "jsonb"})


@dataclass(frozen=True, slots=True)
class RootFunction:
    """A function that is a root field.

    Attributes:
        function: what is called.
        name: what the field is named after.
        table: whose rows it returns.
        exposed_as: where it is a field.
        session_argument: the place of the argument that gets the session variables; None: none.
        comment: the field's description; None: the function's own.
    """

    function: Function
    name: str
    table: Table
    exposed_as: ExposedAs
    session_argument: int | None = None
    comment: str | None = None

    @property
    def given(self) -> tuple[tuple[int, str, FunctionArgument], ...]:
        """The arguments that a caller gives: their places, their names and what they are."""
        return _given(self.function, {self.session_argument})


@dataclass(frozen=True, slots=True)
class ComputedField:
    """A function that is a field of each row of a table.

    Attributes:
        name: of the field, in the spelling of the database.
        table: whose rows have it.
        function: what is called.
        row_argument: the place of the argument that gets the row.
        session_argument: the place of the argument that gets the session variables; None: none.
        returns: the table whose rows it returns; None: it returns a value.
        comment: the field's description; None: the function's own.
    """

    name: str
    table: Table
    function: Function
    row_argument: int
    session_argument: int | None = None
    returns: Table | None = None
    comment: str | None = None

    @property
    def given(self) -> tuple[tuple[int, str, FunctionArgument], ...]:
        """The arguments that a caller gives: their places, their names and what they are."""
        return _given(self.function, {self.row_argument, self.session_argument})

    @property
    def types(self) -> tuple[DataType, ...]:
        """The types of the values that a caller gives and gets."""
        given = tuple(argument.type for _, _, argument in self.given)
        return given if self.returns else (*given, self.function.returns)

    @property
    def needs_arguments(self) -> bool:
        """Whether a caller must give any."""
        return any(not argument.has_default for _, _, argument in self.given)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A function that is not served as the metadata, or its own form, would have it.

    Attributes:
        function: by schema and name.
        field: the computed field that it would be; None: a root field.
        reason: why, for the operator.
        asked: whether the metadata ask for it.
        table: the table whose rows would have the field.
    """

    function: TableName
    field: str | None
    reason: str
    asked: bool
    table: TableName | None = None

    def inconsistency(self) -> Inconsistency:
        """The same as a part of the metadata that does not fit."""
        if self.table is None:
            return Inconsistency(InconsistentPart.FUNCTION, self.function, "", self.reason)
        return Inconsistency(InconsistentPart.COMPUTED_FIELD, self.table, self.field or "", self.reason)


@dataclass(frozen=True)
class ServedFunctions:
    """The functions of a catalog as they are served."""

    roots: tuple[RootFunction, ...] = ()
    computed: Mapping[TableName, tuple[ComputedField, ...]] = field(
        default_factory=dict["TableName", tuple[ComputedField, ...]]
    )
    left_out: tuple[LeftOut, ...] = ()

    @property
    def inconsistencies(self) -> tuple[Inconsistency, ...]:
        """What the metadata ask for in vain."""
        return tuple(each.inconsistency() for each in self.left_out if each.asked)


def served_functions(catalog: Catalog, metadata: Metadata) -> ServedFunctions:
    """Find what each function of the catalog is served as.

    A function that takes a row of a table first is a computed field of the table if it changes nothing, and a root
    field only if the metadata name it; every other one that returns rows of a table is a root field.
    """
    finder = _Finder(catalog, metadata)
    computed: dict[TableName, tuple[ComputedField, ...]] = {}
    for each in finder.computed_fields():
        computed[each.table.name] = (*computed.get(each.table.name, ()), each)
    return ServedFunctions(tuple(finder.root_functions()), computed, tuple(finder.left_out))


def call_about(field: ComputedField) -> Call:
    """The call of a computed field with nothing given but the row and the session variables."""
    arguments: list[Argument] = [Given.DEFAULT] * len(field.function.arguments)
    arguments[field.row_argument] = Given.ROW
    if field.session_argument is not None:
        arguments[field.session_argument] = WholeSession(field.function.arguments[field.session_argument].type)
    return Call(field.function, tuple(arguments), field.table)


def computed_column(field: ComputedField, call: Call | None = None) -> ComputedColumn:
    """The value of a computed field, by a call with arguments or by one without."""
    return ComputedColumn(field.name, field.function.returns, call or call_about(field))


class _UnservedError(Exception):
    """A function cannot be what it should be."""


class _Finder:
    def __init__(self, catalog: Catalog, metadata: Metadata) -> None:
        self._catalog = catalog
        self._metadata = metadata
        self.left_out: list[LeftOut] = []

    def root_functions(self) -> Iterator[RootFunction]:
        overloaded = Counter(function.name for function in self._catalog.functions)
        found = {function.name: function for function in self._catalog.functions}
        for name in sorted(self._metadata.functions.keys() - found.keys()):
            self.left_out.append(LeftOut(name, None, "There is no such function.", asked=True))
        for name, function in found.items():
            settings = self._metadata.functions.get(name)
            if settings is None and (function.returns_table is None or _first_row(function)):
                continue
            if settings is not None and not settings.tracked:
                continue
            try:
                if overloaded[name] > 1 or function.overloaded:
                    raise _UnservedError("There are several functions of this name.")  # noqa: TRY301 - one way out
                yield self._root_function(function, settings or FunctionSettings(name))
            except _UnservedError as reason:
                self.left_out.append(LeftOut(name, None, str(reason), asked=settings is not None))

    def _root_function(self, function: Function, settings: FunctionSettings) -> RootFunction:
        _check(function)
        table = self._catalog.by_name.get(function.returns_table) if function.returns_table else None
        if table is None:
            raise _UnservedError("It does not return rows of a table that is served.")
        changes = function.volatility is Volatility.VOLATILE
        return RootFunction(
            function=function,
            name=settings.custom_name or function.name.name,
            table=table,
            exposed_as=settings.exposed_as or (ExposedAs.MUTATION if changes else ExposedAs.QUERY),
            session_argument=_session_argument(function, settings.session_argument),
            comment=settings.comment,
        )

    def computed_fields(self) -> Iterator[ComputedField]:
        """Those of the metadata, then those that the catalog has beside them."""
        names: set[tuple[TableName, str]] = set()
        asked: set[tuple[TableName, TableName]] = set()
        for definition in self._metadata.computed_fields:
            asked.add((definition.table, definition.function))
            try:
                if (definition.table, definition.name) in names:
                    raise _UnservedError("Another computed field of the table has this name.")  # noqa: TRY301 - same
                found = self._defined(definition)
            except _UnservedError as reason:
                self.left_out.append(
                    LeftOut(definition.function, definition.name, str(reason), asked=True, table=definition.table)
                )
            else:
                names.add((definition.table, definition.name))
                yield found
        for function in self._catalog.functions:
            row, name = _first_row(function), function.name
            if row is None or (row, name) in asked or (row, name.name) in names or not self._is_free(function, row):
                continue
            try:
                yield self._computed(ComputedFieldDefinition(row, name.name, name), function, 0)
                names.add((row, name.name))
            except _UnservedError as reason:
                self.left_out.append(LeftOut(name, name.name, str(reason), asked=False, table=row))

    def _is_free(self, function: Function, row: TableName) -> bool:
        """Whether a function is a computed field without being asked for."""
        settings = self._metadata.functions.get(function.name)
        return (
            row in self._catalog.by_name
            and function.volatility is not Volatility.VOLATILE
            and (settings is None or settings.tracked)
        )

    def _defined(self, definition: ComputedFieldDefinition) -> ComputedField:
        if definition.table not in self._catalog.by_name:
            raise _UnservedError("The table is not served.")
        functions = [each for each in self._catalog.functions if each.name == definition.function]
        if not functions:
            raise _UnservedError("There is no such function.")
        fitting = [
            (each, place)
            for each in functions
            for place in _row_arguments(each, definition.table)
            if definition.table_argument in {None, each.arguments[place].name}
        ]
        if not fitting:
            raise _UnservedError("It has no such argument that takes a row of the table.")
        function, place = fitting[0]
        return self._computed(definition, function, place)

    def _computed(self, definition: ComputedFieldDefinition, function: Function, place: int) -> ComputedField:
        _check(function)
        if function.volatility is Volatility.VOLATILE:
            raise _UnservedError("It is VOLATILE; a computed field changes nothing.")
        table = self._catalog.by_name[definition.table]
        if sum(bool(_row_arguments(each, table.name)) for each in self._named(function)) > 1:
            raise _UnservedError("There are several functions of this name that take a row of the table.")
        if definition.name in table.by_name:
            raise _UnservedError("A column of the table has this name.")
        returns = self._catalog.by_name.get(function.returns_table) if function.returns_table else None
        if returns is None and (function.returns_set or function.returns_table or not _is_value(function.returns)):
            raise _UnservedError("It returns neither a value nor rows of a table that is served.")
        return ComputedField(
            name=definition.name,
            table=table,
            function=function,
            row_argument=place,
            session_argument=_session_argument(function, definition.session_argument),
            returns=returns,
            comment=definition.comment,
        )

    def _named(self, function: Function) -> list[Function]:
        return [each for each in self._catalog.functions if each.name == function.name]


def _check(function: Function) -> None:
    if function.variadic:
        raise _UnservedError("It takes any number of arguments (VARIADIC).")
    if any(argument.type.bare.kind is TypeKind.PSEUDO for argument in function.arguments):
        raise _UnservedError("It takes a polymorphic argument.")


def _is_value(type_: DataType) -> bool:
    return type_.kind is not TypeKind.PSEUDO


def _first_row(function: Function) -> TableName | None:
    return function.arguments[0].row if function.arguments else None


def _row_arguments(function: Function, table: TableName) -> list[int]:
    """The places of the arguments that take a row of the table."""
    return [place for place, argument in enumerate(function.arguments) if argument.row == table]


def _session_argument(function: Function, name: str | None) -> int | None:
    if name is None:
        return None
    for place, argument in enumerate(function.arguments):
        if argument.name == name and argument.type.bare.name in _JSON:
            return place
    raise _UnservedError(f"It has no argument {name} of type json or jsonb.")


def _given(function: Function, others: set[int | None]) -> tuple[tuple[int, str, FunctionArgument], ...]:
    """Those without a name are `arg_1`, `arg_2`."""
    numbers = count(1)
    return tuple(
        (place, argument.name or f"arg_{next(numbers)}", argument)
        for place, argument in enumerate(function.arguments)
        if place not in others
    )
