"""Rules, filters and orderings, evaluated slowly and as they are said: true, false or, over NULLs, unknown."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

from tests.graph.tables.seen.worlds import SESSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from domain.tables.relationships import Relationship
    from tests.graph.tables.seen.worlds import Row, World

Truth: TypeAlias = bool | None
"""None: unknown."""

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "neq": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_HELD: Mapping[str, Any] = {
    "X-Hasura-User-Id": int(SESSION["x-user-id"]),
    "X-Word": SESSION["x-word"],
    "X-Hasura-Numbers": [0, 2],
}


@dataclass(frozen=True, eq=False)
class Seen:
    """A row: all that is in it, and what of it is seen."""

    table: str
    raw: Row
    shown: Row


class View(Protocol):
    """The rows that somebody sees."""

    world: World

    def rows(self, table: str) -> Sequence[Seen]: ...


class Everything:
    """What rules speak of: every row and every column."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._rows = {name: [Seen(name, row, row) for row in rows] for name, rows in world.rows.items()}

    def rows(self, table: str) -> Sequence[Seen]:
        return self._rows[table]


def related(view: View, row: Seen, way: Relationship) -> list[Seen]:
    """The rows that belong to a row, by the values that join them whether or not they are seen."""
    if way.through is None:
        return [each for each in view.rows(way.target.name) if _joined(row, each, way.columns)]
    between = [each for each in view.rows(way.through.table.name.name) if _joined(row, each, way.columns)]
    targets = view.rows(way.target.name)
    return [each for each in targets if any(_joined(one, each, way.through.columns) for one in between)]


def _joined(one: Seen, other: Seen, columns: Iterable[tuple[str, str]]) -> bool:
    return all(one.raw[here] is not None and one.raw[here] == other.raw[there] for here, there in columns)


def every(truths: Iterable[Truth]) -> Truth:
    found = list(truths)
    return False if False in found else None if None in found else True


def some(truths: Iterable[Truth]) -> Truth:
    found = list(truths)
    return True if True in found else None if None in found else False


def holds(view: View, rule: Mapping[str, Any], row: Seen, root: Seen) -> Truth:
    """Whether an expression holds of a row, in one that is about `root`."""
    return every(_member(view, name, value, row, root) for name, value in rule.items())


def _member(view: View, name: str, value: Any, row: Seen, root: Seen) -> Truth:
    match name:
        case "_and":
            return every(holds(view, each, row, root) for each in value)
        case "_or":
            return some(holds(view, each, row, root) for each in value)
        case "_not":
            found = holds(view, value, row, root)
            return None if found is None else not found
        case "_exists":
            rows = view.rows(value["_table"]["name"])
            return any(holds(view, value["_where"], each, root) is True for each in rows)
        case _:
            return _of_table(view, name, value, row, root)


def _of_table(view: View, name: str, value: Any, row: Seen, root: Seen) -> Truth:
    table = view.world.tables[row.table]
    ways = view.world.model.relationships[table.name]
    if name in table.by_name:
        return _tests(row.shown.get(name), value, row, root)
    if name in ways:
        return any(holds(view, value, each, root) is True for each in related(view, row, ways[name]))
    given = value["count"]
    rows = related(view, row, ways[name.removesuffix("_aggregate")])
    kept = [each for each in rows if holds(view, given.get("filter", {}), each, root) is True]
    count = count_of(kept, given.get("arguments", ()), distinct=given.get("distinct", False))
    return _tests(count, given["predicate"], row, root)


def count_of(rows: Sequence[Seen], columns: Sequence[str], *, distinct: bool) -> int:
    """As SQL counts: rows, or those with a value in every one of the columns, or such values."""
    if not columns:
        return len(rows)
    found = [tuple(row.shown.get(name) for name in columns) for row in rows]
    found = [values for values in found if None not in values]
    return len(set(found)) if distinct else len(found)


def _tests(value: Any, tests: Any, row: Seen, root: Seen) -> Truth:
    given = cast("Mapping[str, Any]", tests) if isinstance(tests, dict) else {"_eq": tests}
    return every(_test(value, name.lstrip("_"), each, row, root) for name, each in given.items())


def _test(value: Any, name: str, given: Any, row: Seen, root: Seen) -> Truth:
    if name == "is_null":
        return (value is None) is given
    if name[0] == "c":
        if isinstance(given, list):
            return _compared(value, name[1:], root.shown.get(str(given[-1])))  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
        return _compared(value, name[1:], row.shown.get(given))
    given = _HELD.get(given, given) if isinstance(given, str) else given
    if name in {"in", "nin"}:
        found = some(_compared(value, "eq", each) for each in given)
        return found if name == "in" or found is None else not found
    return _compared(value, name, given)


def _compared(value: Any, name: str, other: Any) -> Truth:
    return None if value is None or other is None else _COMPARE[name](value, other)
