"""Questions as GraphQL; each field has the alias `f` and its number among its neighbours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from tests.graph.tables.seen.questions import ByKey, Computed, Grouped, Listing, Many, One, Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.graph.tables.seen.questions import Asked, Listed, Measured, Question, Term


def document(question: Question, schema: str, after: str | None = None) -> str:
    """The document of a question; `after` is the cursor that a page begins behind."""
    match question:
        case Listing(rows, fields):
            return f"{{ r: {_root(rows.table, schema)}{_arguments(rows)} {_row(fields)} }}"
        case Computed(rows=rows):
            return f"{{ r: {_root(rows.table, schema)}_aggregate{_arguments(rows)} {_computed(question)} }}"
        case Page(rows, size, fields):
            paged = {"first": size, "after": json.dumps(after) if after else None}
            row = f"{{ totalCount pageInfo {{ hasNextPage }} edges {{ cursor node {_row(fields)} }} }}"
            return f"{{ r: {_root(rows.table, schema)}_connection{_arguments(rows, **paged)} {row} }}"
        case Grouped(rows, by, measures):
            together = f"[{', '.join(by)}]"
            key = f"key {{ {' '.join(by)} }}" if by else ""
            body = f"{{ {key} aggregate {_measures(measures)} }}"
            return f"{{ r: {_root(rows.table, schema)}_group{_arguments(rows, by=together)} {body} }}"
        case ByKey(table, key, fields):
            given = ", ".join(f"{name}: {value}" for name, value in key.items())
            return f"{{ r: {_root(table, schema)}_by_pk({given}) {_row(fields)} }}"


def _root(table: Any, schema: str) -> str:
    return table.name.name if table.name.schema == schema else f"{table.name.schema}_{table.name.name}"


def _row(fields: Sequence[Asked]) -> str:
    return f"{{ __typename {' '.join(f'f{number}: {_field(each)}' for number, each in enumerate(fields))} }}"


def _field(asked: Asked) -> str:
    match asked:
        case str():
            return asked
        case One(name, _, fields):
            return f"{name} {_row(fields)}"
        case Many(name, _, rows, fields):
            return f"{name}{_arguments(rows)} {_row(fields)}"
        case Computed(name=name, rows=rows):
            return f"{name}_aggregate{_arguments(rows)} {_computed(asked)}"


def _computed(computed: Computed) -> str:
    nodes = f" nodes {_row(computed.nodes)}" if computed.nodes is not None else ""
    return f"{{ aggregate {_measures(computed.measures)}{nodes} }}"


def _measures(measures: Sequence[Measured]) -> str:
    return f"{{ {' '.join(f'f{number}: {_measure(each)}' for number, each in enumerate(measures))} }}"


def _measure(measure: Measured) -> str:
    if measure.function != "count":
        return f"{measure.function} {{ {measure.columns[0]} }}"
    if not measure.columns:
        return "count"
    return f"count(columns: [{', '.join(measure.columns)}], distinct: {json.dumps(measure.distinct)})"


def _arguments(rows: Listed, **further: Any) -> str:
    given = {
        "where": None if rows.where is None else literal(rows.where),
        "order_by": f"[{', '.join(map(_term, rows.order_by))}]" if rows.order_by else None,
        "distinct_on": f"[{', '.join(rows.distinct_on)}]" if rows.distinct_on else None,
        "limit": rows.limit,
        "offset": rows.offset,
        **further,
    }
    texts = [f"{name}: {value}" for name, value in given.items() if value is not None]
    return f"({', '.join(texts)})" if texts else ""


def _term(term: Term) -> str:
    if term.counted is None or term.measure is None:
        text = f"{{{term.column}: {term.direction}}}"
    elif term.measure.function == "count":
        text = f"{{{term.counted[0]}_aggregate: {{count: {term.direction}}}}}"
    else:
        (column,) = term.measure.columns
        text = f"{{{term.counted[0]}_aggregate: {{{term.measure.function}: {{{column}: {term.direction}}}}}}}"
    for name, _ in reversed(term.through):
        text = f"{{{name}: {text}}}"
    return text


def literal(value: Any, *, names: bool = False) -> str:
    """A value as a GraphQL literal; the texts of `arguments` are enum values."""
    match value:
        case dict():
            given = cast("dict[str, Any]", value)
            members = (f"{name}: {literal(each, names=name == 'arguments')}" for name, each in given.items())
            return f"{{{', '.join(members)}}}"
        case list():
            items: list[Any] = value  # pyright: ignore[reportUnknownVariableType] - of any kind
            return f"[{', '.join(literal(each, names=names) for each in items)}]"
        case str() if names:
            return value
        case _:
            return json.dumps(value)
