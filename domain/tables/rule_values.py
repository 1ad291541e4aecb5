"""The values of a stored rule: JSON and names of session variables as operands of a column's type."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, TypeAlias, TypeGuard, cast
from uuid import UUID

from domain.errors import InvalidInputError
from domain.tables.catalog import DataType, TypeKind
from domain.tables.plan import Fixed, SessionVariable
from domain.tables.session_names import HASURA, TEXT, is_ambiguous, session_variable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.tables.metadata import Json
    from domain.tables.plan import Operand

    Path: TypeAlias = "tuple[str | int, ...]"

_JSON_TYPES: Final = frozenset({"json", "jsonb"})
_WHOLE: Final[Mapping[str, int]] = {"int2": 2**15, "int4": 2**31, "int8": 2**63}
_WHOLE_TEXT: Final = re.compile(r"\s*[+-]?\d{1,20}\s*", re.ASCII)
_NUMBERS: Final = frozenset({"numeric", "float4", "float8"})
_NUMBER_TEXT: Final = re.compile(
    r"\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*|\s*[+-]?(nan|inf(inity)?)\s*", re.IGNORECASE | re.ASCII
)
_TRUTHS: Final = frozenset({"true", "false", "t", "f", "yes", "no", "on", "off", "1", "0"})


class InvalidRuleError(InvalidInputError):
    """A stored rule does not fit the tables; `path` leads to the member that does not."""


def operand(value: Json, type_: DataType, path: Path) -> Operand:
    """One value of the type.

    Raises:
        InvalidRuleError: it is none.
    """
    bare = type_.bare
    if bare.kind is TypeKind.ARRAY and bare.element is not None:
        return _array(value, bare, bare.element, path)
    name = _variable(value, path)
    if name is not None:
        return SessionVariable(name, bare)
    return Fixed(text_of(value, bare, path), bare)


def operands(value: Json, type_: DataType, path: Path) -> Operand | tuple[Operand, ...]:
    """A list of values of the type; a session variable alone holds all of them.

    Raises:
        InvalidRuleError: it is none.
    """
    bare = type_.bare
    name = _variable(value, path)
    if name is not None:
        return SessionVariable(name, bare, many=True)
    if not isinstance(value, list):
        raise InvalidRuleError("This is a list of values, or a session variable that holds one.", path)
    items = tuple(operand(item, bare, (*path, index)) for index, item in enumerate(value))
    fixed = [item.value for item in items if isinstance(item, Fixed) and isinstance(item.value, str)]
    return Fixed(tuple(fixed), bare, many=True) if len(fixed) == len(items) else items


def _array(value: Json, array: DataType, element: DataType, path: Path) -> Operand:
    name = _variable(value, path)
    if name is not None:
        return SessionVariable(name, element, many=True)
    if isinstance(value, str):
        return Fixed(value, array)
    if not isinstance(value, list):
        raise InvalidRuleError("This is a list of values, or an array as PostgreSQL writes it.", path)
    for index, item in enumerate(value):
        if _variable(item, (*path, index)) is not None:
            message = "A session variable holds a whole array; write it in place of the list."
            raise InvalidRuleError(message, (*path, index))
    texts = (None if item is None else text_of(item, element.bare, (*path, n)) for n, item in enumerate(value))
    return Fixed(tuple(texts), element, many=True)


def _variable(value: Json, path: Path) -> str | None:
    if not isinstance(value, str):
        return None
    if is_ambiguous(value):
        as_text = f'{{"{TEXT}": {json.dumps(value)}}} for the text'
        if value.lower().startswith(HASURA):
            raise InvalidRuleError(f"This is no name of a session variable; write {as_text}.", path)
        raise InvalidRuleError(f"Write X-Hasura-{value[2:]} for a session variable, or {as_text}.", path)
    return session_variable(value)


def text_of(value: Json, type_: DataType, path: Path) -> str:
    """A value as the text that PostgreSQL reads as the type.

    Raises:
        InvalidRuleError: it is none, as far as can be told without PostgreSQL.
    """
    if is_text(value):
        value = value[TEXT]
    if _is_json(type_):
        return _storable(json.dumps(value, ensure_ascii=False), path)
    if value is None:
        raise InvalidRuleError("null is not accepted here; use _is_null.", path)
    if isinstance(value, dict | list):
        raise InvalidRuleError(f"This is a value of type {type_.name}.", path)
    text = value if isinstance(value, str) else json.dumps(value)
    _check(text, type_, path)
    return _storable(text, path)


def truth(value: Json, path: Path) -> bool:
    """True or false.

    Raises:
        InvalidRuleError: it is neither.
    """
    if not isinstance(value, bool):
        raise InvalidRuleError("This is true or false.", path)
    return value


def _is_json(type_: DataType) -> bool:
    return type_.schema == "pg_catalog" and type_.name in _JSON_TYPES


def _storable(text: str, path: Path) -> str:
    if "\0" in text or any("\ud800" <= each <= "\udfff" for each in text):
        raise InvalidRuleError("A text holds no U+0000 and no half of a surrogate pair.", path)
    return text


def _check(text: str, type_: DataType, path: Path) -> None:
    if type_.kind is TypeKind.ENUM:
        fits = text in type_.labels
    elif type_.schema != "pg_catalog":
        fits = True
    elif type_.name in _WHOLE:
        most = _WHOLE[type_.name]
        fits = _WHOLE_TEXT.fullmatch(text) is not None and -most <= int(text) < most
    elif type_.name in _NUMBERS:
        fits = _NUMBER_TEXT.fullmatch(text) is not None
    elif type_.name == "bool":
        fits = text.strip().lower() in _TRUTHS
    elif type_.name == "uuid":
        fits = _is_uuid(text)
    else:
        fits = True
    if not fits:
        raise InvalidRuleError(f"The value does not fit the type {type_.name}.", path)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text.strip())
    except ValueError:
        return False
    return True


def is_text(value: Json) -> TypeGuard[dict[str, Json]]:
    """Whether the value is an object that holds a text which is no variable."""
    return isinstance(value, dict) and set(value) == {TEXT} and isinstance(value[TEXT], str)


def members(value: Json, path: Path) -> Mapping[str, Json]:
    """The members of an object.

    Raises:
        InvalidRuleError: it is none.
    """
    if not isinstance(value, dict):
        raise InvalidRuleError("This is an object.", path)
    return cast("Mapping[str, Json]", value)
