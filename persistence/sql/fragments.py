"""SQL as values: text of our own, quoted identifiers, quoted literals; nothing else becomes part of a statement."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, LiteralString, NewType

from domain.tables.catalog import TypeKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.tables.catalog import DataType, TableName

Sql = NewType("Sql", str)

_PLAIN_TYPE: Final = re.compile(r"[a-z_][a-z0-9_]*")
# Without quotes these mean another type: char is bpchar(1), bit is bit(1).
_AMBIGUOUS_TYPES: Final = frozenset({"char", "bit"})


def sql(template: LiteralString, *parts: Sql) -> Sql:
    """The template with each `{}` replaced by the next part."""
    pieces = template.split("{}")
    if len(pieces) != len(parts) + 1:
        raise ValueError(f"{len(pieces) - 1} places for {len(parts)} parts")
    return Sql(pieces[0] + "".join(part + piece for part, piece in zip(parts, pieces[1:], strict=True)))


def joined(separator: LiteralString, parts: Iterable[Sql]) -> Sql:
    """The parts with the separator between them."""
    return Sql(separator.join(parts))


def identifier(name: str) -> Sql:
    """A quoted identifier (PostgreSQL manual, section 4.1.1)."""
    if "\0" in name:
        raise ValueError("an identifier cannot hold U+0000")
    return Sql('"' + name.replace('"', '""') + '"')


def literal(text: str) -> Sql:
    """A quoted string constant; backslashes stand for themselves (`standard_conforming_strings` is on)."""
    if "\0" in text:
        raise ValueError("a string constant cannot hold U+0000")
    return Sql("'" + text.replace("'", "''") + "'")


def number(value: int) -> Sql:
    """A whole number."""
    return Sql(str(int(value)))


def qualified(name: TableName) -> Sql:
    """A relation by schema and name."""
    return sql("{}.{}", identifier(name.schema), identifier(name.name))


def column(alias: Sql, name: str) -> Sql:
    """A column of an aliased relation."""
    return sql("{}.{}", alias, identifier(name))


def type_name(type_: DataType) -> Sql:
    """A type as a cast spells it."""
    if type_.kind is TypeKind.ARRAY and type_.element is not None:
        return sql("{}[]", type_name(type_.element))
    if type_.schema == "pg_catalog" and _PLAIN_TYPE.fullmatch(type_.name) and type_.name not in _AMBIGUOUS_TYPES:
        return Sql(type_.name)
    return sql("{}.{}", identifier(type_.schema), identifier(type_.name))
