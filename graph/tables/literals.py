"""Literals of a document whose numbers may have more digits than a Python float holds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import orjson
from graphql import (
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    value_from_ast_untyped,
)

from domain.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterator


def json_text(node: ValueNode) -> str:
    """A literal as JSON, numbers with the digits that the document gives; names of enums become texts."""
    match node:
        case IntValueNode() | FloatValueNode():
            return node.value
        case ListValueNode():
            return f"[{','.join(map(json_text, node.values))}]"
        case ObjectValueNode():
            members = (f"{_quoted(field.name.value)}:{json_text(field.value)}" for field in node.fields)
            return f"{{{','.join(members)}}}"
        case _:
            return _quoted(value_from_ast_untyped(node))


def default_value(node: ValueNode) -> object:
    """The default of a variable.

    Raises:
        InvalidInputError: a number in it is larger than those of JSON that all can read (RFC 8259, section 6).
    """
    for number in _floats(node):
        if not math.isfinite(float(number.value)):
            raise InvalidInputError("A number of a variable's default is too large.")
    return value_from_ast_untyped(node)


def _floats(node: ValueNode) -> Iterator[FloatValueNode]:
    match node:
        case FloatValueNode():
            yield node
        case ListValueNode():
            for value in node.values:
                yield from _floats(value)
        case ObjectValueNode():
            for field in node.fields:
                yield from _floats(field.value)
        case _:
            pass


def _quoted(value: object) -> str:
    return orjson.dumps(value).decode()
