"""Which rows of a list, and in what order: the dialect of the table API over the attributes of an entity."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, cast

import strawberry

from domain.conditions import AllOf, AnyOf, Comparator, Comparison, Negation
from domain.errors import InvalidInputError
from domain.paging import Kind
from graph.accounts.types import read_id
from graph.scalars import BigInt, Json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.conditions import Condition, Field
    from domain.paging import SortKey

MAX_NESTING: Final = 10
"""Levels of `_and`, `_or` and `_not`."""
_UNSET: Final = strawberry.UNSET


def operator(name: str, description: str) -> Any:  # noqa: ANN401 - the default of a field of any type
    """A member of a filter that is spelled with a leading underscore."""
    return strawberry.field(name=f"_{name}", default=_UNSET, description=description)


def attribute() -> Any:  # noqa: ANN401 - same
    """A member that is named like the attribute that it is about."""
    return strawberry.field(default=_UNSET)


@strawberry.input(description="A test of an id; tests beside each other must all hold.")
class IdFilter:
    """A test of an id."""

    eq: strawberry.ID | None = operator("eq", "Equal.")
    neq: strawberry.ID | None = operator("neq", "Not equal.")
    in_: list[strawberry.ID] | None = operator("in", "Equal to one of the list; an empty list matches nothing.")
    nin: list[strawberry.ID] | None = operator("nin", "Equal to none of the list.")


@strawberry.input(description="A test of a text; tests beside each other must all hold.")
class TextFilter:
    """A test of a text."""

    eq: str | None = operator("eq", "Equal.")
    neq: str | None = operator("neq", "Not equal.")
    gt: str | None = operator("gt", "Greater.")
    gte: str | None = operator("gte", "Greater or equal.")
    lt: str | None = operator("lt", "Less.")
    lte: str | None = operator("lte", "Less or equal.")
    in_: list[str] | None = operator("in", "Equal to one of the list; an empty list matches nothing.")
    nin: list[str] | None = operator("nin", "Equal to none of the list.")
    like: str | None = operator("like", "Matches a pattern with % for any text and _ for one character.")
    nlike: str | None = operator("nlike", "Does not match a pattern with % and _.")
    ilike: str | None = operator("ilike", "Matches a pattern with % and _, whatever the case.")
    nilike: str | None = operator("nilike", "Does not match a pattern with % and _, whatever the case.")
    is_null: bool | None = operator("isNull", "Is absent, or is not.")


@strawberry.input(description="A test of a time; tests beside each other must all hold.")
class TimeFilter:
    """A test of a time."""

    eq: datetime | None = operator("eq", "Equal.")
    neq: datetime | None = operator("neq", "Not equal.")
    gt: datetime | None = operator("gt", "Later.")
    gte: datetime | None = operator("gte", "Later or equal.")
    lt: datetime | None = operator("lt", "Earlier.")
    lte: datetime | None = operator("lte", "Earlier or equal.")
    is_null: bool | None = operator("isNull", "Is absent, or is not.")


@strawberry.input(description="A test of a boolean; tests beside each other must all hold.")
class FlagFilter:
    """A test of a boolean."""

    eq: bool | None = operator("eq", "Equal.")
    neq: bool | None = operator("neq", "Not equal.")


@strawberry.input(description="A test of a whole number of 64 bits; tests beside each other must all hold.")
class BigIntFilter:
    """A test of a whole number of 64 bits."""

    eq: BigInt | None = operator("eq", "Equal.")
    neq: BigInt | None = operator("neq", "Not equal.")
    gt: BigInt | None = operator("gt", "Greater.")
    gte: BigInt | None = operator("gte", "Greater or equal.")
    lt: BigInt | None = operator("lt", "Less.")
    lte: BigInt | None = operator("lte", "Less or equal.")
    in_: list[BigInt] | None = operator("in", "Equal to one of the list; an empty list matches nothing.")
    nin: list[BigInt] | None = operator("nin", "Equal to none of the list.")


@strawberry.input(description="A test of a JSON value.")
class JsonFilter:
    """A test of a JSON value."""

    contains: Json | None = operator("contains", "Holds this: all members of an object, all items of a list.")


@strawberry.enum(description="A direction, and where what is absent stands.")
class SortDirection(Enum):
    """A direction, and where what is absent stands: descending, absent first."""

    ASC = (False, False, "asc")
    ASC_NULLS_FIRST = (False, True, "asc")
    ASC_NULLS_LAST = (False, False, "asc_nulls_last")
    DESC = (True, True, "desc")
    DESC_NULLS_FIRST = (True, True, "desc_nulls_first")
    DESC_NULLS_LAST = (True, False, "desc")


_COMPARATORS: Final = {"in_": Comparator.IN, "is_null": Comparator.IS_NULL}


def read_where(given: object, attributes: Mapping[str, Field]) -> Condition:
    """The condition that a filter says; None is always true.

    Args:
        given: an input whose members are `and_`, `or_`, `not_` and tests of attributes.
        attributes: the fields by the names of those members.

    Raises:
        InvalidInputError: an operand is null or no id, or the filter is nested too deeply.
    """
    return AllOf() if given is None else _condition(given, attributes, MAX_NESTING)


def read_key(given: object, attributes: Mapping[str, Field]) -> SortKey:
    """What one item of `orderBy` asks for.

    Raises:
        InvalidInputError: it names no attribute, or more than one.
    """
    chosen = [(name, value) for name, value in _given(given) if value is not None]
    if len(chosen) != 1:
        raise InvalidInputError("Each item of orderBy names one attribute.", ("orderBy",))
    name, direction = chosen[0]
    descending, nulls_first, _ = direction.value
    return attributes[name].key(descending=descending, nulls_first=nulls_first)


def _condition(given: object, attributes: Mapping[str, Field], levels: int) -> Condition:
    if levels == 0:
        raise InvalidInputError(f"A filter is nested at most {MAX_NESTING} levels deep.", ("where",))
    parts: list[Condition] = []
    for name, value in _given(given):
        if value is None:
            continue
        match name:
            case "and_":
                parts.append(AllOf(tuple(_condition(item, attributes, levels - 1) for item in value)))
            case "or_":
                parts.append(AnyOf(tuple(_condition(item, attributes, levels - 1) for item in value)))
            case "not_":
                parts.append(Negation(_condition(value, attributes, levels - 1)))
            case _:
                parts.extend(_comparisons(attributes[name], value))
    return AllOf(tuple(parts))


def _comparisons(field: Field, given: object) -> Iterator[Comparison]:
    for name, value in _given(given):
        comparator = _COMPARATORS.get(name) or Comparator(name)
        if value is None:
            raise InvalidInputError("null is compared with by _isNull only.", ("where",))
        yield Comparison(field, comparator, _operand(field.kind, value))


def _operand(kind: Kind, value: object) -> object:
    match value:
        case list():
            return tuple(_operand(kind, item) for item in cast("list[object]", value))
        case str():
            return _read(kind, value)
        case datetime() if value.tzinfo is None:
            raise InvalidInputError("Write times with their offset.", ("where",))
        case _:
            return value


def _read(kind: Kind, text: str) -> object:
    match kind:
        case Kind.ID:
            return read_id(text, "where")
        case Kind.NUMBER:
            return int(text)
        case Kind.JSON:
            return json.loads(text)
        case _:
            return text


def _given(value: object) -> Iterator[tuple[str, Any]]:
    """The members of an input that the client has given, null ones too."""
    for field in fields(value):  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - Strawberry's inputs are dataclasses
        member = getattr(value, field.name)
        if member is not _UNSET:
            yield field.name, member
