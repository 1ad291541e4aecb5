"""The coerce stage: the variables of a request, held against their types, as shapes and leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    Undefined,
    is_required_input_field,
)

from domain.errors import InvalidInputError
from graph.tables.array_text import array_texts
from graph.tables.invalid import InvalidError
from graph.tables.rows import RowCoercer, is_row
from graph.tables.scalars import as_text, quick_reader
from graph.tables.shapes import Items, Members, Numbering, Place
from graph.tables.wrapping import item_of, nullable, type_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graph.tables.shapes import LeafValue, Shape, Tree
    from graph.tables.wrapping import InputType

Coerce: TypeAlias = "Callable[[Any, list[LeafValue]], Shape]"

MAX_NESTING: Final = 50
"""Levels of input objects and lists in one value."""


class VariableCoercer:
    """Coerces the variables of one operation (GraphQL specification, section 6.1.2)."""

    def __init__(self, variables: Sequence[tuple[str, InputType, Any]]) -> None:
        """`variables` holds each variable's name, type and default; the default is `Undefined` where there is none."""
        self._variables = [
            (name, coercer(type_), default, isinstance(type_, GraphQLNonNull)) for name, type_, default in variables
        ]

    def coerce(self, given: Mapping[str, Any]) -> tuple[tuple[Shape, ...], list[LeafValue]]:
        """The shapes of the variables, in their order, and the leaves of all of them.

        Raises:
            InvalidInputError: naming the variable and the place in it.
        """
        leaves: list[LeafValue] = []
        shapes: list[Shape] = []
        for name, coerce, default, required in self._variables:
            value = given.get(name, default)
            if value is Undefined:
                if required:
                    raise InvalidInputError(f"Variable ${name} is required and not given.", (name,))
                shapes.append(Place.ABSENT)
                continue
            try:
                shapes.append(coerce(value, leaves))
            except InvalidError as error:
                path = (name, *reversed(error.path))
                raise InvalidInputError(f"Variable ${name} is not valid: {error.message}", path) from None
            except RecursionError:
                raise InvalidInputError(f"Variable ${name} is nested too deeply.", (name,)) from None
        return tuple(shapes), leaves

    def trees(self, shapes: Sequence[Shape]) -> dict[str, Tree]:
        """The variables by name, leaves numbered in the order that `coerce` found them; absent ones are left out."""
        numbering = Numbering()
        return {
            name: numbering.tree(shape)
            for (name, *_), shape in zip(self._variables, shapes, strict=True)
            if shape is not Place.ABSENT
        }


def coercer(type_: InputType, nesting: int = 0) -> Coerce:
    """The function that coerces values of an input type: it appends the leaves and returns the shape."""
    match type_:
        case GraphQLNonNull():
            bare = nullable(type_)
            return _scalar(bare, required=True) if is_scalar_leaf(bare) else _non_null(coercer(bare, nesting))
        case GraphQLList():
            return _list(item_of(type_), nesting)
        case GraphQLInputObjectType():
            return RowCoercer(type_, coercer).one if is_row(type_) else _InputObject(type_, nesting)
        case GraphQLEnumType():
            return _enum(type_)
        case _ if type_ is GraphQLBoolean:
            return _boolean
        case _:
            return _scalar(type_)


def leaf_text(type_: GraphQLScalarType, value: object) -> str:
    """The text of a scalar's value.

    Raises:
        GraphQLError: if the value is not one of the scalar's.
    """
    return as_text(type_.coerce_input_value(value))


def is_scalar_leaf(type_: InputType) -> bool:
    """Whether values of the type are bound; booleans and enum values are part of the shape instead."""
    return isinstance(type_, GraphQLScalarType) and type_ is not GraphQLBoolean


def _non_null(inner: Coerce) -> Coerce:
    def coerce(value: Any, leaves: list[LeafValue]) -> Shape:  # noqa: ANN401 - JSON
        if value is None:
            raise InvalidError("null is not accepted here.")
        return inner(value, leaves)

    return coerce


def _scalar(type_: GraphQLScalarType, *, required: bool = False) -> Coerce:
    read = quick_reader(type_)

    def coerce(value: Any, leaves: list[LeafValue]) -> Shape:  # noqa: ANN401 - JSON
        if value is None:
            if required:
                raise InvalidError("null is not accepted here.")
            return None
        try:
            leaves.append(read(value) or leaf_text(type_, value))
        except GraphQLError as error:
            raise InvalidError(error.message) from None
        return Place.LEAF

    return coerce


def _boolean(value: Any, _leaves: list[LeafValue]) -> Shape:  # noqa: ANN401 - JSON
    if value is None or isinstance(value, bool):
        return value
    raise InvalidError("true or false is expected.")


def _enum(type_: GraphQLEnumType) -> Coerce:
    def coerce(value: Any, _leaves: list[LeafValue]) -> Shape:  # noqa: ANN401 - JSON
        if value is None:
            return None
        try:
            return cast("Shape", type_.coerce_input_value(value))
        except GraphQLError:
            raise InvalidError(f"one of {', '.join(type_.values)} is expected.") from None

    return coerce


def _list(item: InputType, nesting: int) -> Coerce:
    bare = nullable(item)
    if is_scalar_leaf(bare):
        return _list_of_scalars(bare, accepts_null=bare is item)
    if isinstance(bare, GraphQLInputObjectType) and is_row(bare):
        return RowCoercer(bare, coercer).all
    inner = coercer(item, nesting + 1)

    def coerce(value: Any, leaves: list[LeafValue]) -> Shape:  # noqa: ANN401 - JSON
        if value is None:
            return None
        if not isinstance(value, list):
            return Items((inner(value, leaves),))
        return Items(tuple(_each(inner, cast("Sequence[Any]", value), leaves)))

    return coerce


def _each(inner: Coerce, values: Sequence[Any], leaves: list[LeafValue]) -> list[Shape]:
    shapes: list[Shape] = []
    for index, value in enumerate(values):
        try:
            shapes.append(inner(value, leaves))
        except InvalidError as error:
            error.path.append(index)
            raise
    return shapes


def _list_of_scalars(type_: GraphQLScalarType, *, accepts_null: bool) -> Coerce:
    def read(value: Any) -> str | None:  # noqa: ANN401 - JSON
        if value is None and accepts_null:
            return None
        if value is None:
            raise GraphQLError("null is not accepted here.")
        return leaf_text(type_, value)

    def coerce(value: Any, leaves: list[LeafValue]) -> Shape:  # noqa: ANN401 - JSON
        if value is None:
            return None
        if accepts_null and isinstance(value, str) and (items := _array(value)) is not None:
            leaves.append(items)
            return Place.LEAF
        values = cast("Sequence[Any]", value if isinstance(value, list) else [value])
        leaves.append(_texts(read, values))
        return Place.LEAF

    return coerce


def _array(text: str) -> list[str | None] | None:
    """The items of an array column's value that is given as PostgreSQL writes it."""
    try:
        return array_texts(text)
    except GraphQLError as error:
        raise InvalidError(error.message) from None


def _texts(read: Callable[[Any], str | None], values: Sequence[Any]) -> list[str | None]:
    texts: list[str | None] = []
    for index, item in enumerate(values):
        try:
            texts.append(read(item))
        except GraphQLError as error:
            invalid = InvalidError(error.message)
            invalid.path.append(index)
            raise invalid from None
    return texts


class _InputObject:
    """Coerces input objects of one type; filters hold themselves, so members' coercers are made on first use."""

    def __init__(self, type_: GraphQLInputObjectType, nesting: int) -> None:
        self._type = type_
        self._nesting = nesting
        self._coercers: dict[str, Coerce] = {}

    def __call__(self, value: Any, leaves: list[LeafValue]) -> Shape:  # noqa: ANN401 - JSON
        if value is None:
            return None
        if not isinstance(value, dict):
            raise InvalidError(f"an object ({self._type.name}) is expected.")
        given = cast("dict[str, Any]", value)
        self._require(given)
        return Members(tuple((name, self._member(name, item, leaves)) for name, item in given.items()))

    def _require(self, given: dict[str, Any]) -> None:
        for name, field in self._type.fields.items():
            if name not in given and is_required_input_field(field):
                raise InvalidError(f"{self._type.name} needs the field {name!r}.")

    def _member(self, name: str, value: Any, leaves: list[LeafValue]) -> Shape:  # noqa: ANN401 - JSON
        try:
            return self._coercer(name)(value, leaves)
        except InvalidError as error:
            error.path.append(name)
            raise

    def _coercer(self, name: str) -> Coerce:
        if name not in self._coercers:
            if self._nesting > MAX_NESTING:
                raise InvalidError("nested too deeply.")
            if name not in self._type.fields:
                raise InvalidError(f"{self._type.name} has no field {name!r}.")
            self._coercers[name] = coercer(type_of(self._type.fields[name]), self._nesting + 1)
        return self._coercers[name]
