"""JSON as text made by concatenation.

Measured on PostgreSQL 18 with 347 albums and their 3503 tracks, `'{"name":' || to_json(name) || '}'` takes a fifth to a
quarter less time than `json_build_object` or `row_to_json`, and its answer is a tenth shorter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.tables.catalog import TypeKind
from persistence.sql.fragments import Sql, column, joined, literal, number, sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.tables.catalog import Column, DataType

# Types whose text is JSON as it stands.
_VERBATIM: Final = frozenset({"int2", "int4", "int8", "bool", "json", "jsonb"})
# Types whose text needs quotes and never an escape.
_QUOTED: Final = frozenset({"uuid"})
_STRINGIFIED: Final = frozenset({"int8", "numeric"})
# Longer chains are halved: each || copies what stands to its left, and the planner descends into all of them.
_CHAIN: Final = 16


def column_value(of: Column, alias: Sql, *, stringify_numeric_types: bool) -> Sql:
    """The JSON text of a column's value, `null` for NULL."""
    value = value_text(of.type, column(alias, of.name), stringify_numeric_types=stringify_numeric_types)
    return sql("coalesce({}, 'null')", value) if of.nullable else value


def value_text(type_: DataType, name: Sql, *, stringify_numeric_types: bool) -> Sql:
    """The JSON text of an expression of the type, NULL for NULL."""
    bare = type_.bare
    stringified = _STRINGIFIED if stringify_numeric_types else frozenset[str]()
    if _is_one_of(bare, _QUOTED | stringified):
        return sql("""'"' || {}::text || '"'""", name)
    if _is_one_of(bare, _VERBATIM):
        return sql("{}::text", name)
    if bare.element is not None and _is_one_of(bare.element.bare, stringified):
        return sql("to_json({}::text[])::text", name)
    return sql("to_json({})::text", name)


def _is_one_of(type_: DataType, names: frozenset[str]) -> bool:
    return type_.schema == "pg_catalog" and type_.kind is TypeKind.BASE and type_.name in names


def object_text(members: Sequence[tuple[str, Sql]]) -> Sql:
    """A JSON object; each member is a key and an expression of its value's JSON text, never NULL."""
    pieces: list[Sql] = []
    opening = "{"
    for key, value in members:
        pieces += [literal(f'{opening}"{key}":'), value]
        opening = ","
    pieces.append(literal("}" if members else "{}"))
    return _concatenated(pieces)


def constant_text(value: str) -> Sql:
    """A string that needs no escape, such as a GraphQL name, as JSON text."""
    return literal(f'"{value}"')


def array_text(item: Sql) -> Sql:
    """The JSON array of an expression over all rows of a group, in their order."""
    return sql("'[' || coalesce(string_agg({}, ','), '') || ']'", item)


def listed(objects: Sql, cap: int | None) -> Sql:
    """The JSON array of the objects `o` of a query; more of them than the cap are refused."""
    items = array_text(sql("r.o"))
    if cap is not None:
        most = number(cap)
        items = sql("CASE WHEN count(*) > {} THEN selfgraph.refuse_rows({})::text ELSE {} END", most, most, items)
    return sql("(SELECT {} FROM ({}) AS r)", items, objects)


def _concatenated(pieces: Sequence[Sql]) -> Sql:
    if len(pieces) <= _CHAIN:
        return joined(" || ", pieces)
    middle = len(pieces) // 2
    return sql("({}) || ({})", _concatenated(pieces[:middle]), _concatenated(pieces[middle:]))
