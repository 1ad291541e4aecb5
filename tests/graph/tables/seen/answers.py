"""Answers to questions, worked out from the rows that a role sees and from nothing else."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from tests.graph.tables.seen.questions import ByKey, Computed, Grouped, Listing, Many, One, Page
from tests.graph.tables.seen.truth import count_of, holds, related

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.graph.tables.seen.questions import Asked, Listed, Measured, Question, Term
    from tests.graph.tables.seen.seeing import Eyes
    from tests.graph.tables.seen.truth import Seen


class Answers:
    """What one role is answered."""

    def __init__(self, eyes: Eyes) -> None:
        self._eyes = eyes

    def of(self, question: Question) -> Any:
        """The answer; of a connection, the rows of all of its pages."""
        match question:
            case Listing(rows, fields):
                return [self._row(each, fields) for each in self._list(rows, self._all(rows))]
            case Computed(rows=rows):
                return self._computed(question, self._all(rows))
            case Page(rows, _, fields):
                return [self._row(each, fields) for each in self._chosen(rows, self._all(rows))]
            case Grouped():
                return self._groups(question)
            case ByKey(table, key, fields):
                every = self._eyes.rows(table.name.name)
                found = [each for each in every if all(each.shown.get(name) == value for name, value in key.items())]
                return self._row(found[0], fields) if found else None

    def _all(self, rows: Listed) -> Sequence[Seen]:
        return self._eyes.rows(rows.table.name.name)

    def most(self, rows: Listed) -> int | None:
        """The most rows of one list."""
        return self._eyes.sights[rows.table.name.name].limit

    # --- which rows ----------------------------------------------------------------------------------------------

    def _chosen(self, rows: Listed, among: Iterable[Seen], most: int | None = None) -> list[Seen]:
        found = [each for each in among if rows.where is None or holds(self._eyes, rows.where, each, each) is True]
        found.sort(key=functools.cmp_to_key(lambda one, other: self._compare(rows, one, other)))
        if rows.distinct_on:
            seen: dict[tuple[Any, ...], Seen] = {}
            for each in found:
                seen.setdefault(tuple(each.shown.get(name) for name in rows.distinct_on), each)
            found = list(seen.values())
        limits = [each for each in (rows.limit, most) if each is not None]
        start = rows.offset or 0
        return found[start : start + min(limits) if limits else None]

    def _list(self, rows: Listed, among: Iterable[Seen]) -> list[Seen]:
        return self._chosen(rows, among, self.most(rows))

    def _compare(self, rows: Listed, one: Seen, other: Seen) -> int:
        for term in rows.order_by:
            order = _ordered(self._value(term, one), self._value(term, other), term.direction)
            if order:
                return order
        orders = (_ordered(one.raw[name], other.raw[name], "asc") for name in rows.table.row_key)
        return next((order for order in orders if order), 0)

    def _value(self, term: Term, row: Seen) -> Any:
        for _, way in term.through:
            found = related(self._eyes, row, way)
            if not found:
                return None
            (row,) = found
        if term.counted is not None and term.measure is not None:
            return measured(term.measure, related(self._eyes, row, term.counted[1]))
        return row.shown.get(term.column or "")

    # --- what of them --------------------------------------------------------------------------------------------

    def _row(self, row: Seen, fields: Sequence[Asked]) -> Any:
        return {f"f{number}": self._field(row, each) for number, each in enumerate(fields)}

    def _field(self, row: Seen, asked: Asked) -> Any:
        match asked:
            case str():
                return row.shown.get(asked)
            case One(_, way, fields):
                found = related(self._eyes, row, way)
                return self._row(found[0], fields) if found else None
            case Many(_, way, rows, fields):
                found = self._list(rows, related(self._eyes, row, way))
                return [self._row(each, fields) for each in found]
            case Computed(way=way, rows=rows) if way is not None:
                return self._computed(asked, related(self._eyes, row, way))
            case _:
                raise AssertionError

    def _computed(self, computed: Computed, among: Sequence[Seen]) -> Any:
        """A limit of the role bounds the nodes and not what is computed."""
        rows = self._chosen(computed.rows, among)
        answer: dict[str, Any] = {"aggregate": _measures(computed.measures, rows)}
        if computed.nodes is not None:
            answer["nodes"] = [self._row(each, computed.nodes) for each in rows[: self.most(computed.rows)]]
        return answer

    def _groups(self, grouped: Grouped) -> Any:
        groups: dict[tuple[Any, ...], list[Seen]] = {} if grouped.by else {(): []}
        for row in self._chosen(grouped.rows, self._all(grouped.rows)):
            groups.setdefault(tuple(row.shown.get(name) for name in grouped.by), []).append(row)
        keys = sorted(groups, key=lambda key: [(value is None, value or 0) for value in key])
        found: list[Any] = []
        for key in keys[: self.most(grouped.rows)]:
            named = {"key": dict(zip(grouped.by, key, strict=True))} if grouped.by else {}
            found.append({**named, "aggregate": _measures(grouped.measures, groups[key])})
        return found


def _measures(measures: Sequence[Measured], rows: Sequence[Seen]) -> Any:
    def text(measure: Measured) -> Any:
        value = measured(measure, rows)
        return value if measure.function == "count" else {measure.columns[0]: value}

    return {f"f{number}": text(each) for number, each in enumerate(measures)}


def measured(measure: Measured, rows: Sequence[Seen]) -> Any:
    """A measure of rows; of no values, NULL."""
    if measure.function == "count":
        return count_of(rows, measure.columns, distinct=measure.distinct)
    values = [each.shown[name] for each in rows for name in measure.columns if each.shown.get(name) is not None]
    compute: Any = {"sum": sum, "min": min, "max": max}[measure.function]
    return compute(values) if values else None


def _ordered(one: Any, other: Any, direction: str) -> int:
    """The order of two values, with NULLs last in `asc` and first in `desc` unless it says where."""
    nulls_first = direction.endswith("nulls_first") or direction == "desc"
    if one is None or other is None:
        both = (one is None) - (other is None)
        return -both if nulls_first else both
    order = int(one > other) - int(one < other)
    return -order if direction.startswith("desc") else order
