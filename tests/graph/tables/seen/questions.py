"""Random documents over what a role may ask for, as values: `asking` spells them, `answers` works them out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from hypothesis import strategies as st

from tests.graph.tables.seen.filters import filters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.tables.catalog import Column, Table
    from domain.tables.relationships import Relationship
    from tests.graph.tables.seen.filters import Filter
    from tests.graph.tables.seen.seeing import Eyes

DIRECTIONS = ("asc", "asc_nulls_first", "asc_nulls_last", "desc", "desc_nulls_first", "desc_nulls_last")


@dataclass(frozen=True)
class Term:
    """A term of an ordering: over object relationships to a column, or to a measure of an array relationship."""

    through: tuple[tuple[str, Relationship], ...]
    column: str | None
    counted: tuple[str, Relationship] | None
    measure: Measured | None
    direction: str


@dataclass(frozen=True)
class Measured:
    """`count`, of columns or not, or `sum`, `min` or `max` of a column."""

    function: str
    columns: tuple[str, ...] = ()
    distinct: bool = False


@dataclass(frozen=True)
class Listed:
    """Rows of a table and the arguments that choose them."""

    table: Table = field(repr=False)
    where: Filter | None = None
    order_by: tuple[Term, ...] = ()
    distinct_on: tuple[str, ...] = ()
    limit: int | None = None
    offset: int | None = None


@dataclass(frozen=True)
class One:
    """The row that an object relationship leads to."""

    name: str
    way: Relationship = field(repr=False)
    fields: tuple[Asked, ...]


@dataclass(frozen=True)
class Many:
    """The rows that an array relationship leads to."""

    name: str
    way: Relationship = field(repr=False)
    rows: Listed
    fields: tuple[Asked, ...]


@dataclass(frozen=True)
class Computed:
    """What is computed of the rows that an array relationship leads to, or of those of a table."""

    name: str | None
    way: Relationship | None = field(repr=False)
    rows: Listed
    measures: tuple[Measured, ...]
    nodes: tuple[Asked, ...] | None


Asked: TypeAlias = "str | One | Many | Computed"
"""A field of a row; a text is a column."""


@dataclass(frozen=True)
class Page:
    """All pages of a connection, one after the other."""

    rows: Listed
    size: int
    fields: tuple[Asked, ...]


@dataclass(frozen=True)
class Grouped:
    """Groups of rows."""

    rows: Listed
    by: tuple[str, ...]
    measures: tuple[Measured, ...] = field(default=())


@dataclass(frozen=True)
class ByKey:
    """A row by its key."""

    table: Table = field(repr=False)
    key: dict[str, int]
    fields: tuple[Asked, ...]


@dataclass(frozen=True)
class Listing:
    """A list of rows."""

    rows: Listed
    fields: tuple[Asked, ...]


Question: TypeAlias = "Listing | Computed | Page | Grouped | ByKey"


@st.composite
def questions(draw: st.DrawFn, eyes: Eyes) -> Question:
    tables = [eyes.world.tables[name] for name in eyes.sights]
    table = draw(st.sampled_from(tables))
    kinds = ["list", "list", "list"]
    kinds += ["computed", "computed", "grouped"] if eyes.counts(table) else []
    kinds += ["page"] if eyes.always_shows(table, table.row_key) else []
    kinds += ["by_key"] if eyes.sights[table.name.name].columns.issuperset(table.row_key) else []
    match draw(st.sampled_from(kinds)):
        case "computed":
            return draw(_computed(eyes, table, 2))
        case "grouped":
            by = draw(st.lists(st.sampled_from([each.name for each in eyes.columns(table)]), max_size=2, unique=True))
            where = draw(filters(eyes.asker, table, 2))
            return Grouped(Listed(table, where), tuple(by), draw(_measures(eyes, table)))
        case "page":
            ordered = tuple(draw(st.lists(_terms(eyes, table), max_size=2)))
            rows = Listed(table, draw(st.none() | filters(eyes.asker, table, 2)), ordered)
            return Page(rows, draw(st.integers(1, 4)), draw(_fields(eyes, table, 1)))
        case "by_key":
            key = {name: draw(st.integers(0, 3)) for name in table.row_key}
            return ByKey(table, key, draw(_fields(eyes, table, 2)))
        case _:
            return Listing(draw(_listed(eyes, table)), draw(_fields(eyes, table, 2)))


@st.composite
def _listed(draw: st.DrawFn, eyes: Eyes, table: Table) -> Listed:
    terms = tuple(draw(st.lists(_terms(eyes, table), max_size=2)))
    distinct: Sequence[str] = ()
    if draw(st.integers(0, 4)) == 0:
        names = [each.name for each in eyes.columns(table)]
        distinct = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
        first = tuple(Term((), name, None, None, draw(st.sampled_from(DIRECTIONS))) for name in distinct)
        terms = (*first, *(term for term in terms if term.through or term.column not in distinct))
    size = st.sampled_from([None, None, None, 0, 1, 2, 4])
    return Listed(
        table,
        draw(st.none() | filters(eyes.asker, table, 2)),
        terms,
        tuple(distinct),
        draw(size),
        draw(st.sampled_from([None, None, 1, 2])),
    )


@st.composite
def _terms(draw: st.DrawFn, eyes: Eyes, table: Table) -> Term:
    through: list[tuple[str, Relationship]] = []
    while draw(st.integers(0, 2)) == 0:
        ways = [(name, way, to) for name, (way, to) in eyes.ways(table).items() if not way.many]
        if not ways:
            break
        name, way, table = draw(st.sampled_from(ways))
        through.append((name, way))
    direction = draw(st.sampled_from(DIRECTIONS))
    many = [(name, way, to) for name, (way, to) in eyes.ways(table).items() if way.many and eyes.counts(to)]
    if many and draw(st.integers(0, 2)) == 0:
        name, way, target = draw(st.sampled_from(many))
        columns = [each.name for each in eyes.columns(target)]
        extremes = st.builds(Measured, st.sampled_from(["min", "max"]), st.sampled_from(columns).map(lambda it: (it,)))
        measure = draw(st.just(Measured("count")) | extremes)
        return Term(tuple(through), None, (name, way), measure, direction)
    column = draw(st.sampled_from([each.name for each in eyes.columns(table)]))
    return Term(tuple(through), column, None, None, direction)


@st.composite
def _fields(draw: st.DrawFn, eyes: Eyes, table: Table, depth: int) -> tuple[Asked, ...]:
    found: list[Asked] = [each.name for each in eyes.columns(table) if draw(st.integers(0, 3))]
    ways = list(eyes.ways(table).items()) if depth else []
    for _ in range(draw(st.integers(0, 2)) if ways else 0):
        name, (way, target) = draw(st.sampled_from(ways))
        if not way.many:
            found.append(One(name, way, draw(_fields(eyes, target, depth - 1))))
        elif eyes.counts(target) and draw(st.booleans()):
            found.append(replace(draw(_computed(eyes, target, depth - 1)), name=name, way=way))
        else:
            found.append(Many(name, way, draw(_listed(eyes, target)), draw(_fields(eyes, target, depth - 1))))
    return tuple(found)


@st.composite
def _computed(draw: st.DrawFn, eyes: Eyes, table: Table, depth: int) -> Computed:
    nodes = draw(_fields(eyes, table, depth)) if draw(st.booleans()) else None
    return Computed(None, None, draw(_listed(eyes, table)), draw(_measures(eyes, table)), nodes)


@st.composite
def _measures(draw: st.DrawFn, eyes: Eyes, table: Table) -> tuple[Measured, ...]:
    columns = eyes.columns(table)
    return tuple(draw(st.lists(_measure(columns), min_size=1, max_size=3)))


@st.composite
def _measure(draw: st.DrawFn, columns: Sequence[Column]) -> Measured:
    names = [each.name for each in columns]
    numbers = [each.name for each in columns if each.type.name == "int4"]
    functions: list[str] = ["count", "count_of", "min", "max", *(["sum"] if numbers else [])]
    function = draw(st.sampled_from(functions))
    match function:
        case "count":
            return Measured("count")
        case "count_of":
            of = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
            return Measured("count", tuple(of), draw(st.booleans()))
        case _:
            return Measured(function, (draw(st.sampled_from(numbers if function == "sum" else names)),))
