"""Random boolean expressions: those that callers ask by, and those that are stored as rules and may do more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from domain.tables.catalog import Column, Table
    from domain.tables.model import Model
    from domain.tables.relationships import Relationship

Filter: TypeAlias = "dict[str, Any]"

COMPARED = ("_eq", "_neq", "_gt", "_gte", "_lt", "_lte")
_VALUES: Mapping[str, tuple[Any, ...]] = {"int4": (0, 1, 2, 3), "text": ("a", "b", "c")}
_HELD: Mapping[str, str] = {"int4": "X-Hasura-User-Id", "text": "X-Word"}


@dataclass(frozen=True)
class Asker:
    """What an expression may speak of.

    Attributes:
        columns, ways, aggregated: of each table: its columns, its relationships, those of them that may be counted.
        tables: every table that `_exists` may be about; none if the expression is no rule.
        root: the table that a rule is about.
    """

    columns: Callable[[Table], Sequence[Column]]
    ways: Callable[[Table], Mapping[str, tuple[Relationship, Table]]]
    aggregated: Callable[[Table], bool]
    tables: Sequence[Table] = ()
    root: Table | None = None


def ways_of(table: Table, model: Model) -> Mapping[str, tuple[Relationship, Table]]:
    """The relationships of a table by name, with the tables that they lead to."""
    return {name: (way, model.catalog.by_name[way.target]) for name, way in model.relationships[table.name].items()}


def rules(table: Table, model: Model) -> st.SearchStrategy[Filter]:
    """Rules about the rows of a table; some hold for all of them."""
    asker = Asker(
        lambda of: of.columns, lambda of: ways_of(of, model), lambda _: True, model.catalog.tables, root=table
    )
    every: Filter = {}
    return st.just(every) | filters(asker, table, 3)


@st.composite
def filters(draw: st.DrawFn, asker: Asker, table: Table, depth: int) -> Filter:
    found: Filter = {}
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 0]))):
        name, value = draw(_member(asker, table, depth))
        found[name] = value
    return found


@st.composite
def _member(draw: st.DrawFn, asker: Asker, table: Table, depth: int) -> tuple[str, Any]:
    columns = asker.columns(table)
    ways: Mapping[str, tuple[Relationship, Table]] = asker.ways(table) if depth else {}
    many = [(name, to) for name, (way, to) in ways.items() if way.many and asker.aggregated(to)]
    kinds = ["column"] * 3 if columns else []
    kinds += (["logic"] * 2 + ["exists"] * bool(asker.tables)) if depth else []
    kinds += [*(["way"] * 3 if ways else []), *(["count"] if many else [])]
    match draw(st.sampled_from(kinds or ["logic"])):
        case "column":
            column = draw(st.sampled_from(list(columns)))
            return column.name, draw(_tests(asker, column, table))
        case "way":
            name, (_, target) = draw(st.sampled_from(list(ways.items())))
            return name, draw(filters(asker, target, depth - 1))
        case "count":
            name, target = draw(st.sampled_from(many))
            return f"{name}_aggregate", draw(_counts(asker, target, depth - 1))
        case "exists":
            target = draw(st.sampled_from(list(asker.tables)))
            named = {"schema": target.name.schema, "name": target.name.name}
            return "_exists", {"_table": named, "_where": draw(filters(asker, target, depth - 1))}
        case _:
            return draw(_logic(asker, table, depth - 1)) if depth else ("_and", [])


@st.composite
def _logic(draw: st.DrawFn, asker: Asker, table: Table, depth: int) -> tuple[str, Any]:
    below = filters(asker, table, depth)
    name = draw(st.sampled_from(["_and", "_or", "_not"]))
    if name == "_not":
        return name, draw(below)
    return name, draw(st.lists(below, max_size=3))


@st.composite
def _counts(draw: st.DrawFn, asker: Asker, table: Table, depth: int) -> Any:
    found: dict[str, Any] = {"predicate": {draw(st.sampled_from(COMPARED)): draw(st.integers(0, 3))}}
    columns = [each.name for each in asker.columns(table)]
    if draw(st.booleans()) and columns:
        found["arguments"] = draw(st.lists(st.sampled_from(columns), min_size=1, max_size=2, unique=True))
        found["distinct"] = draw(st.booleans())
    if draw(st.booleans()):
        found["filter"] = draw(filters(asker, table, depth))
    return {"count": found}


@st.composite
def _tests(draw: st.DrawFn, asker: Asker, column: Column, table: Table) -> Any:
    values: st.SearchStrategy[Any] = st.sampled_from(_VALUES[column.type.name])
    if asker.root is not None and draw(st.booleans()):
        return draw(_ruled(column, table, asker.root)) or draw(values)
    match draw(st.sampled_from(["compare", "compare", "list", "null"])):
        case "list":
            return {draw(st.sampled_from(["_in", "_nin"])): draw(st.lists(values, max_size=3))}
        case "null":
            return {"_is_null": draw(st.booleans())}
        case _:
            return {draw(st.sampled_from(COMPARED)): draw(values)}


@st.composite
def _ruled(draw: st.DrawFn, column: Column, table: Table, root: Table) -> Any:
    """What rules alone may ask of a column; None if they cannot."""
    match draw(st.sampled_from(["bare", "held", "held_list", "other", "root"])):
        case "held":
            return {draw(st.sampled_from(COMPARED)): _HELD[column.type.name]}
        case "held_list" if column.type.name == "int4":
            return {draw(st.sampled_from(["_in", "_nin"])): "X-Hasura-Numbers"}
        case "other":
            return draw(_compared_with(column, table, []))
        case "root":
            return draw(_compared_with(column, root, ["$"]))
        case _:
            return None


@st.composite
def _compared_with(draw: st.DrawFn, column: Column, table: Table, before: list[str]) -> Any:
    names = [each.name for each in table.columns if each.type == column.type]
    if not names:
        return None
    operator = draw(st.sampled_from(["_ceq", "_cneq", "_cgt", "_cgte", "_clt", "_clte"]))
    return {operator: [*before, draw(st.sampled_from(names))] if before else draw(st.sampled_from(names))}
