"""PostgreSQL types as GraphQL scalars. An input value becomes the text that PostgreSQL reads the type from."""

from __future__ import annotations

import json
import math
import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

import orjson
from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    FloatValueNode,
    GraphQLBoolean,
    GraphQLError,
    GraphQLFloat,
    GraphQLInt,
    GraphQLScalarType,
    GraphQLString,
    IntValueNode,
    ValueNode,
    value_from_ast_untyped,
)

from domain.tables.catalog import TypeKind
from graph.tables.literals import json_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.tables.catalog import DataType

# Types that GraphQL's own scalars hold (GraphQL specification, section 3.5).
BUILT_IN: Final = {
    "int2": GraphQLInt,
    "int4": GraphQLInt,
    "float4": GraphQLFloat,
    "float8": GraphQLFloat,
    "bool": GraphQLBoolean,
    "text": GraphQLString,
    "varchar": GraphQLString,
    "bpchar": GraphQLString,
    "name": GraphQLString,
    "char": GraphQLString,
}
# Names other than PostgreSQL's own in `pg_type`.
NAMES: Final = {"int8": "bigint"}
# Types whose values are JSON numbers, unless the setting asks for strings.
NUMERIC: Final = frozenset({"int8", "numeric", "float8"})
JSON: Final = frozenset({"json", "jsonb"})

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,6})?|NaN|[+-]?Infinity")
_BIGINT: Final = range(-(2**63), 2**63)

_DESCRIPTIONS: Final = {
    "int8": "A whole number of 64 bits, given as a number or as a string.",
    "numeric": "A decimal number of any precision, given as a number or, to keep every digit, as a string.",
    "uuid": "A UUID (RFC 9562) as text, such as `0190a6c4-5f0e-7c3a-9f7e-3b0a2f1d4c5e`.",
    "json": "Any JSON value, kept as it was written.",
    "jsonb": "Any JSON value, kept in binary form.",
    "date": "A day as text (ISO 8601), such as `2026-05-31`.",
    "time": "A time of day as text (ISO 8601), such as `23:59:59.5`.",
    "timetz": "A time of day with its offset as text (ISO 8601), such as `23:59:59+02`.",
    "timestamp": "A date and time without a zone as text (ISO 8601), such as `2026-05-31T23:59:59`.",
    "timestamptz": "A moment as text (ISO 8601) with its offset, such as `2026-05-31T23:59:59+00:00`.",
    "interval": "A span of time as text, such as `1 day 02:00:00` or ISO 8601's `P1DT2H`.",
    "bytea": "Bytes as text in PostgreSQL's hex format, such as `\\x0aff`.",
    "citext": "A text that is compared without regard to case.",
    "vector": "A vector of numbers, given as a list or as text, such as `[1,2.5]`.",
    "halfvec": "A vector of numbers of 16 bits, given as a list or as text, such as `[1,2.5]`.",
    "sparsevec": "A vector most numbers of which are 0, given as a list or as text, such as `{1:0.5,7:2}/10`.",
    "hstore": 'Keys and their texts, given as an object of strings and nulls or as text, such as `"a"=>"1"`.',
    "ltree": "A path of labels as text, such as `top.science.astronomy`.",
    "lquery": "A pattern for paths of labels, such as `*.science.*{1,2}`.",
    "ltxtquery": "A search for labels anywhere in a path, such as `science & astro*`.",
    "tsvector": "A document as its sorted words, such as `'apple':2 'keep':1`.",
    "inet": "An IPv4 or IPv6 address, with a prefix length or without, as text.",
}
_SPECIFICATIONS: Final = {
    "uuid": "https://www.rfc-editor.org/rfc/rfc9562",
    "json": "https://www.rfc-editor.org/rfc/rfc8259",
}


def make_scalar(type_: DataType, name: str) -> GraphQLScalarType:
    """A scalar for a type that GraphQL's own do not hold."""
    known = type_.name if type_.kind is TypeKind.BASE else ""
    read = _READERS.get(known, _read_text)
    return GraphQLScalarType(
        name,
        coerce_input_value=partial(_located, read, name),
        coerce_input_literal=partial(_literal, read, name),
        description=_DESCRIPTIONS.get(known, f"A value of the PostgreSQL type `{type_.name}`, as text."),
        specified_by_url=_SPECIFICATIONS.get(known),
    )


def as_text(value: Any) -> str:  # noqa: ANN401 - what a leaf's own coercion made of the client's value
    """A coerced leaf as the text that PostgreSQL reads.

    Raises:
        GraphQLError: the text holds a character that PostgreSQL cannot, NUL or half of a surrogate pair, or a number
            is larger than a Float can be.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _storable(value)
        case float() if not math.isfinite(value):
            raise GraphQLError("Float cannot represent a number that is not finite.")
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def quick_reader(type_: GraphQLScalarType) -> Callable[[object], str | None]:
    """What reads the usual values of a usual type at once, and of all others says None."""
    if type_ is GraphQLString:
        return _plain_text
    return _plain_int if type_ is GraphQLInt else _nothing


def quick_texts(type_: object, values: list[Any]) -> list[str] | None:
    """The texts of a column of values, all at once if they are the usual ones of a usual type; of all others None."""
    kinds = set(map(type, values))
    if type_ is GraphQLString and kinds == {str} and (whole := "".join(values)).isascii() and "\0" not in whole:
        return values
    if type_ is GraphQLInt and kinds == {int} and min(values) >= GRAPHQL_MIN_INT and max(values) <= GRAPHQL_MAX_INT:
        return list(map(str, values))
    return None


def _plain_text(value: object) -> str | None:
    return value if type(value) is str and value.isascii() and "\0" not in value else None


def _plain_int(value: object) -> str | None:
    return str(value) if type(value) is int and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT else None


def _nothing(_: object) -> str | None:
    return None


def _storable(text: str) -> str:
    if "\0" in text:
        raise GraphQLError("A text cannot hold the character U+0000.")
    if text.isascii():  # known without a look at the text
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        raise GraphQLError("A text cannot hold half of a surrogate pair.") from None
    return text


def _located(read: Callable[[object], str], name: str, value: object) -> str:
    try:
        return _storable(read(value))
    except ValueError as error:
        raise GraphQLError(f"{name} cannot represent {_shown(value)}: {error}") from None


def _literal(read: Callable[[object], str], name: str, node: ValueNode) -> str:
    # Numbers keep the digits of the document; a Python float would lose some.
    if read is _read_json:
        return json_text(node)
    value = node.value if isinstance(node, IntValueNode | FloatValueNode) else value_from_ast_untyped(node)
    return _located(read, name, value)


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."  # noqa: PLR2004 - long enough to recognise the value


def _read_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise ValueError("a string is expected")


def _read_bigint(value: object) -> str:
    text = str(value)
    if (
        isinstance(value, int | str)
        and not isinstance(value, bool)
        and _INTEGER.fullmatch(text)
        and int(text) in _BIGINT
    ):
        return text
    raise ValueError("a whole number of 64 bits is expected")


def _read_numeric(value: object) -> str:
    text = str(value)
    if isinstance(value, int | float | str) and not isinstance(value, bool) and _NUMBER.fullmatch(text):
        return text
    raise ValueError("a number is expected")


def _read_uuid(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a string is expected")  # noqa: TRY004 - the caller turns ValueError into the client's error
    try:
        return str(UUID(value))
    except ValueError:
        raise ValueError("a UUID is expected") from None


def _read_json(value: object) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        # A whole number of more than 64 bits, which the default of a variable may hold, or many levels.
        try:
            return json.dumps(value, ensure_ascii=False)
        except (TypeError, RecursionError):
            raise ValueError("a JSON value is expected") from None


def _read_hstore(value: object) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        raise ValueError("an object of strings, or a string, is expected")  # noqa: TRY004 - as above
    pairs = cast("dict[str, object]", value).items()
    return ", ".join(f"{_hstore_text(key)}=>{'NULL' if text is None else _hstore_text(text)}" for key, text in pairs)


def _hstore_text(value: object) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    raise ValueError("an object of strings, or a string, is expected")


def _read_vector(value: object) -> str:
    return value if isinstance(value, str) else f"[{','.join(map(_number, _list(value)))}]"


def _read_sparse_vector(value: object) -> str:
    if isinstance(value, str):
        return value
    numbers = [_number(each) for each in _list(value)]
    present = (f"{place}:{number}" for place, number in enumerate(numbers, 1) if float(number))
    return f"{{{','.join(present)}}}/{len(numbers)}"


def _list(value: object) -> list[object]:
    if isinstance(value, list):
        return cast("list[object]", value)
    raise ValueError("a list of numbers, or a string, is expected")


def _number(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return repr(value)
    raise ValueError("a list of numbers, or a string, is expected")


_READERS: Final[dict[str, Callable[[object], str]]] = {
    "int8": _read_bigint,
    "numeric": _read_numeric,
    "uuid": _read_uuid,
    "json": _read_json,
    "jsonb": _read_json,
    "hstore": _read_hstore,
    "vector": _read_vector,
    "halfvec": _read_vector,
    "sparsevec": _read_sparse_vector,
}
