"""Random filters, orderings and pages, answered by PostgreSQL and by a slow evaluation in Python: they agree."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Generator, Mapping
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.graph.tables.serving import new_database, serving

if TYPE_CHECKING:
    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served

Row: TypeAlias = Mapping[str, Any]
Truth: TypeAlias = bool | None
"""True, false or, where a NULL has been compared, unknown."""

# a: rows with NULLs in every column but the key; some refer to b, twice; b is referred to by any number of a.
B: list[Row] = [{"id": 1, "n": 5}, {"id": 2, "n": None}, {"id": 3, "n": 5}]
A: list[Row] = [
    {"id": 1, "n": 1, "s": "a", "f": True, "b_id": 1, "other_id": None},
    {"id": 2, "n": 2, "s": "b", "f": False, "b_id": 1, "other_id": 2},
    {"id": 3, "n": None, "s": "ab", "f": None, "b_id": 2, "other_id": 2},
    {"id": 4, "n": 2, "s": None, "f": True, "b_id": None, "other_id": 1},
    {"id": 5, "n": 0, "s": "", "f": False, "b_id": 2, "other_id": None},
    {"id": 6, "n": None, "s": None, "f": None, "b_id": None, "other_id": None},
    {"id": 7, "n": 2, "s": "b", "f": True, "b_id": 1, "other_id": 1},
]
# What a relationship leads to: the table, and the columns on this side and on that one.
WAYS: dict[str, dict[str, tuple[str, str, str]]] = {
    "a": {"b": ("b", "b_id", "id"), "other": ("b", "other_id", "id")},
    "b": {"aByBId": ("a", "id", "b_id"), "aByOtherId": ("a", "id", "other_id")},
}
TABLES = {"a": A, "b": B}
TO_ONE: dict[str, tuple[str, ...]] = {"a": ("b", "other"), "b": ()}
COLUMNS: dict[str, dict[str, type]] = {"a": {"id": int, "n": int, "s": str, "f": bool}, "b": {"id": int, "n": int}}


def sql_of(value: object) -> str:
    return "NULL" if value is None else f"'{value}'"


SCHEMA = (
    "CREATE TABLE b (id integer PRIMARY KEY, n integer);"
    'CREATE TABLE a (id integer PRIMARY KEY, n integer, s text COLLATE "C", f boolean,'
    " b_id integer REFERENCES b, other_id integer REFERENCES b);"
    + "".join(
        f"INSERT INTO {name} VALUES ({', '.join(map(sql_of, row.values()))});"
        for name in ("b", "a")
        for row in TABLES[name]
    )
)

# --- the slow evaluation ------------------------------------------------------------------------------------------

COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "_eq": lambda value, operand: value == operand,
    "_neq": lambda value, operand: value != operand,
    "_gt": lambda value, operand: value > operand,
    "_gte": lambda value, operand: value >= operand,
    "_lt": lambda value, operand: value < operand,
    "_lte": lambda value, operand: value <= operand,
}


def every(truths: list[Truth]) -> Truth:
    return False if False in truths else None if None in truths else True


def some(truths: list[Truth]) -> Truth:
    return True if True in truths else None if None in truths else False


def opposite(truth: Truth) -> Truth:
    return None if truth is None else not truth


def truth_of(value: Any, operator: str, operand: Any) -> Truth:
    match operator:
        case "_isNull":
            return (value is None) is operand
        case "_in":
            return some([None if value is None else value == item for item in operand])
        case "_nin":
            return every([None if value is None else value != item for item in operand])
        case _:
            return None if value is None else COMPARED[operator](value, operand)


def holds(table: str, row: Row, where: Mapping[str, Any]) -> Truth:
    return every([member_holds(table, row, name, tree) for name, tree in where.items()])


def member_holds(table: str, row: Row, name: str, tree: Any) -> Truth:
    match name:
        case "_and":
            return every([holds(table, row, item) for item in tree])
        case "_or":
            return some([holds(table, row, item) for item in tree])
        case "_not":
            return opposite(holds(table, row, tree))
        case _ if name in WAYS[table]:
            target = WAYS[table][name][0]
            return any(holds(target, other, tree) is True for other in related(table, row, name))
        case _:
            return every([truth_of(row[name], operator, operand) for operator, operand in tree.items()])


def related(table: str, row: Row, way: str) -> list[Row]:
    target, here, there = WAYS[table][way]
    return [other for other in TABLES[target] if row[here] is not None and other[there] == row[here]]


def value_of(table: str, row: Row | None, term: Mapping[str, Any]) -> tuple[Any, str]:
    """What a term of an ordering sorts the row by, and its direction."""
    ((name, inner),) = term.items()
    if name not in WAYS[table]:
        return (None if row is None else row[name]), inner
    others = [] if row is None else related(table, row, name)
    return value_of(WAYS[table][name][0], others[0] if others else None, inner)


def compare(table: str, terms: list[Mapping[str, Any]], one: Row, other: Row) -> int:
    for term in [*terms, {"id": "ASC"}]:
        left, direction = value_of(table, one, term)
        right, _ = value_of(table, other, term)
        if left == right:
            continue
        down = direction.startswith("DESC")
        if left is None or right is None:
            first = direction.endswith("FIRST") or (down and not direction.endswith("LAST"))
            return (-1 if first else 1) * (1 if left is None else -1)
        return (-1 if left < right else 1) * (-1 if down else 1)
    return 0


def expected(
    table: str,
    where: Mapping[str, Any],
    order_by: list[Mapping[str, Any]],
    limit: int | None,
    offset: int | None,
    *,
    among: list[Row] | None = None,
) -> list[int]:
    rows = [row for row in (TABLES[table] if among is None else among) if holds(table, row, where) is True]
    rows.sort(key=functools.cmp_to_key(lambda one, other: compare(table, order_by, one, other)))
    start = offset or 0
    return [row["id"] for row in rows[start : None if limit is None else start + limit]]


# --- random questions ---------------------------------------------------------------------------------------------

VALUES: dict[type, st.SearchStrategy[Any]] = {
    int: st.integers(0, 7),
    str: st.sampled_from(["", "a", "b", "ab", "B"]),
    bool: st.booleans(),
}


def comparisons(kind: type) -> st.SearchStrategy[dict[str, Any]]:
    values = VALUES[kind]
    compared = ["_eq", "_neq"] if kind is bool else list(COMPARED)
    optional = dict.fromkeys(compared, values)
    optional |= {"_in": st.lists(values, max_size=3), "_nin": st.lists(values, max_size=3), "_isNull": st.booleans()}
    return st.fixed_dictionaries({}, optional=optional).filter(lambda tests: len(tests) <= 2)


def filters(table: str, depth: int = 3) -> st.SearchStrategy[dict[str, Any]]:
    optional: dict[str, st.SearchStrategy[Any]] = {name: comparisons(kind) for name, kind in COLUMNS[table].items()}
    if depth:
        below = st.deferred(lambda: filters(table, depth - 1))
        optional |= {"_and": st.lists(below, max_size=2), "_or": st.lists(below, max_size=3), "_not": below}
        for way, (target, *_) in WAYS[table].items():
            optional[way] = filters(target, depth - 1)
    return st.lists(st.sampled_from(sorted(optional)), max_size=2, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: optional[name] for name in names})
    )


DIRECTIONS = st.sampled_from(
    ["ASC", "ASC_NULLS_FIRST", "ASC_NULLS_LAST", "DESC", "DESC_NULLS_FIRST", "DESC_NULLS_LAST"]
)


def terms(table: str) -> st.SearchStrategy[dict[str, Any]]:
    own = [st.fixed_dictionaries({name: DIRECTIONS}) for name in COLUMNS[table]]
    ways = [st.fixed_dictionaries({way: terms(WAYS[table][way][0])}) for way in TO_ONE[table]]
    return st.one_of([*own, *ways])


SIZE = st.none() | st.integers(0, 8)
QUESTION = st.sampled_from(["a", "b"]).flatmap(
    lambda table: st.tuples(
        st.just(table),
        filters(table),
        st.lists(terms(table), max_size=3),
        SIZE,
        SIZE,
    )
)


def literal(tree: Any, *, enum: bool = False) -> str:
    match tree:
        case dict():
            return "{" + ", ".join(f"{name}: {literal(item, enum=enum)}" for name, item in tree.items()) + "}"
        case list():
            return "[" + ", ".join(literal(item, enum=enum) for item in tree) + "]"
        case bool():
            return "true" if tree else "false"
        case None:
            return "null"
        case _:
            return str(tree) if enum or isinstance(tree, int) else f'"{tree}"'


def arguments_of(where: Any, order_by: Any, limit: int | None, offset: int | None) -> str:
    return (
        f"where: {literal(where)}, orderBy: {literal(order_by, enum=True)},"
        f" limit: {literal(limit)}, offset: {literal(offset)}"
    )


# --- one server for all questions; hypothesis asks them from outside of the event loop -----------------------------


class Asked:
    """Runs each question in one loop, which hypothesis cannot do by itself."""

    def __init__(self, runner: asyncio.Runner, served: Served) -> None:
        self._runner = runner
        self._served = served

    def data(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return self._runner.run(self._served.data(query, variables))


@pytest.fixture(scope="module")
def asked(embedded_server: EmbeddedServer) -> Generator[Asked]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            url = runner.run(stack.enter_async_context(new_database(embedded_server.url, SCHEMA)))
            yield Asked(runner, runner.run(stack.enter_async_context(serving(url))))
        finally:
            runner.run(stack.aclose())


ASKING = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


@ASKING
@given(question=QUESTION)
def test_literals_are_answered_as_python_would(asked: Asked, question: Any) -> None:
    table, where, order_by, limit, offset = question
    arguments = arguments_of(where, order_by, limit, offset)

    rows = asked.data(f"{{ rows: {table}({arguments}) {{ id }} }}")["rows"]

    assert [row["id"] for row in rows] == expected(table, where, order_by, limit, offset)


@ASKING
@given(question=QUESTION)
def test_variables_are_answered_as_python_would(asked: Asked, question: Any) -> None:
    table, where, order_by, limit, offset = question
    kind = table.upper()

    rows = asked.data(
        f"query ($where: {kind}BoolExp, $by: [{kind}OrderBy!], $limit: Int, $offset: Int)"
        f" {{ rows: {table}(where: $where, orderBy: $by, limit: $limit, offset: $offset) {{ id }} }}",
        {"where": where, "by": order_by, "limit": limit, "offset": offset},
    )["rows"]

    assert [row["id"] for row in rows] == expected(table, where, order_by, limit, offset)


@ASKING
@given(where=filters("a"), order_by=st.lists(terms("a"), max_size=3), limit=SIZE, offset=SIZE)
def test_nested_lists_are_answered_as_python_would(
    asked: Asked, where: Any, order_by: Any, limit: int | None, offset: int | None
) -> None:
    arguments = arguments_of(where, order_by, limit, offset)

    rows = asked.data(f"{{ b {{ id list: aByBId({arguments}) {{ id b {{ id }} }} }} }}")["b"]

    for row in rows:
        mine = [each for each in A if each["b_id"] == row["id"]]
        page = expected("a", where, order_by, limit, offset, among=mine)
        assert row["list"] == [{"id": each, "b": {"id": row["id"]}} for each in page]
