"""Predicates as SQL conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, LiteralString, assert_never

from domain.tables.aggregates import MeasureTest
from domain.tables.calls import ComputedColumn
from domain.tables.catalog import Column, TypeKind
from domain.tables.operators import Operator
from domain.tables.plan import And, Cast, ColumnComparison, Comparison, Exists, Not, NullTest, Or
from domain.tables.vectors import Distance, Metric
from persistence.sql.calls import Calls
from persistence.sql.fragments import Sql, column, identifier, joined, sql, type_name
from persistence.sql.measures import measure_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.tables.plan import Operand, Parameter, Predicate, Subject
    from persistence.sql.binder import Binder
    from persistence.sql.sources import Sources

_TEMPLATES: Final[dict[Operator, LiteralString]] = {
    Operator.EQ: "{} = {}",
    Operator.NEQ: "{} <> {}",
    Operator.GT: "{} > {}",
    Operator.GTE: "{} >= {}",
    Operator.LT: "{} < {}",
    Operator.LTE: "{} <= {}",
    Operator.IN: "{} = ANY ({})",
    Operator.NIN: "{} <> ALL ({})",
    Operator.LIKE: "{} LIKE {}",
    Operator.NLIKE: "{} NOT LIKE {}",
    Operator.ILIKE: "{} ILIKE {}",
    Operator.NILIKE: "{} NOT ILIKE {}",
    Operator.SIMILAR: "{} SIMILAR TO {}",
    Operator.NSIMILAR: "{} NOT SIMILAR TO {}",
    Operator.REGEX: "{} ~ {}",
    Operator.NREGEX: "{} !~ {}",
    Operator.IREGEX: "{} ~* {}",
    Operator.NIREGEX: "{} !~* {}",
    Operator.CONTAINS: "{} @> {}",
    Operator.CONTAINED_IN: "{} <@ {}",
    Operator.OVERLAPS: "{} && {}",
    Operator.HAS_KEY: "{} ? {}",
    Operator.HAS_KEYS_ANY: "{} ?| {}",
    Operator.HAS_KEYS_ALL: "{} ?& {}",
    Operator.JSONB_PATH_EXISTS: "{} @? {}",
    Operator.JSONB_PATH_MATCH: "{} @@ {}",
    Operator.CONTAINS_ELEMENT: "{} @> {}",
    Operator.STRICTLY_LEFT: "{} << {}",
    Operator.STRICTLY_RIGHT: "{} >> {}",
    Operator.ADJACENT: "{} -|- {}",
    Operator.SEARCH: "{} @@ websearch_to_tsquery({})",
}
_DISTANCES: Final[dict[Metric, LiteralString]] = {
    Metric.L2: "{} OPERATOR({}.<->) {}",
    Metric.COSINE: "{} OPERATOR({}.<=>) {}",
    Metric.INNER_PRODUCT: "{} OPERATOR({}.<#>) {}",
    Metric.L1: "{} OPERATOR({}.<+>) {}",
}
_RANGES: Final = frozenset({Operator.GT, Operator.GTE, Operator.LT, Operator.LTE})
_LIKE: Final = frozenset({Operator.LIKE, Operator.NLIKE, Operator.ILIKE, Operator.NILIKE})
_SEARCH_OF_TEXT: Final[LiteralString] = "to_tsvector({}) @@ websearch_to_tsquery({})"
# Operators of an extension, whose schema need not be in the search path.
_OF_EXTENSION: Final[dict[Operator, LiteralString]] = {
    Operator.ANCESTOR: "{} OPERATOR({}.@>) {}",
    Operator.ANCESTOR_ANY: "{} OPERATOR({}.@>) ANY ({})",
    Operator.DESCENDANT: "{} OPERATOR({}.<@) {}",
    Operator.DESCENDANT_ANY: "{} OPERATOR({}.<@) ANY ({})",
    Operator.MATCHES: "{} OPERATOR({}.~) {}",
    Operator.MATCHES_ANY: "{} OPERATOR({}.?) {}",
    Operator.MATCHES_FULLTEXT: "{} OPERATOR({}.@) {}",
}


class Predicates:
    """Renders the predicates of one statement."""

    def __init__(self, binder: Binder, new_alias: Callable[[], Sql], sources: Sources) -> None:
        """`sources` are what related rows are looked for in."""
        self._binder = binder
        self._new_alias = new_alias
        self._sources = sources
        self.calls = Calls(binder, sources)

    def condition(self, predicate: Predicate, alias: Sql, root: Sql | None = None) -> Sql:
        """The predicate about the row `alias`, below one about the row `root`."""
        root = root or alias
        match predicate:
            case Comparison() | ColumnComparison() | NullTest():
                return self._test(predicate, alias, root)
            case Exists() | MeasureTest():
                return self._related(predicate, alias, root)
            case And(items):
                return self._all(items, alias, root)
            case Or(items):
                parts = [self._nested(item, alias, root) for item in items]
                return joined(" OR ", parts) if parts else sql("FALSE")
            case Not(item):
                return sql("NOT ({})", self.condition(item, alias, root))
            case _:
                assert_never(predicate)

    def _all(self, items: tuple[Predicate, ...], alias: Sql, root: Sql) -> Sql:
        parts = [self._nested(item, alias, root) for item in items]
        return joined(" AND ", parts) if parts else sql("TRUE")

    def _nested(self, predicate: Predicate, alias: Sql, root: Sql) -> Sql:
        inner = self.condition(predicate, alias, root)
        return sql("({})", inner) if isinstance(predicate, And | Or) else inner

    def _test(self, predicate: Comparison | ColumnComparison | NullTest, alias: Sql, root: Sql) -> Sql:
        match predicate:
            case Comparison():
                return self._comparison(predicate, alias)
            case ColumnComparison():
                return _column_comparison(predicate, alias, root)
            case NullTest():
                return self._null_test(predicate, alias)
            case _:
                assert_never(predicate)

    def _comparison(self, comparison: Comparison, alias: Sql) -> Sql:
        subject, operator = comparison.column, comparison.operator
        value, operand = self.value_of(subject, alias), self._operand(comparison.operand)
        bare = subject.type.bare
        if operator in _OF_EXTENSION:
            return sql(_OF_EXTENSION[operator], value, identifier(bare.schema), operand)
        if operator is Operator.SEARCH and bare.name != "tsvector":
            return sql(_SEARCH_OF_TEXT, value, operand)
        return self._compared(operator, value, operand)

    def _compared(self, operator: Operator, value: Sql, operand: Sql) -> Sql:
        return sql(_TEMPLATES[operator], value, operand)

    def value_of(self, subject: Subject, alias: Sql) -> Sql:
        """A value of the row `alias` as an expression."""
        match subject:
            case Column():
                return column(alias, subject.name)
            case Cast(of, type_):
                return sql("{}::{}", self.value_of(of, alias), type_name(type_))
            case ComputedColumn():
                return self.calls.computed(subject, alias)
            case Distance(of, metric, to):
                schema = identifier(of.type.bare.schema)
                return sql(_DISTANCES[metric], self.value_of(of, alias), schema, self._binder.bind(to))
            case _:
                assert_never(subject)

    def _null_test(self, test: NullTest, alias: Sql) -> Sql:
        value = self.value_of(test.column, alias)
        if test.column.type.bare.kind is TypeKind.COMPOSITE:
            # IS NULL would ask whether all of its fields are NULL.
            return (
                sql("{} IS NOT DISTINCT FROM NULL", value) if test.is_null else sql("{} IS DISTINCT FROM NULL", value)
            )
        return sql("{} IS NULL", value) if test.is_null else sql("{} IS NOT NULL", value)

    def _operand(self, operand: Operand | tuple[Operand, ...]) -> Sql:
        return self._binder.bind_all(operand) if isinstance(operand, tuple) else self._binder.bind(operand)

    def _related(self, predicate: Exists | MeasureTest, alias: Sql, root: Sql) -> Sql:
        if isinstance(predicate, MeasureTest):
            return self._measure_test(predicate, alias, root)
        return self._exists(predicate, alias, root)

    def _exists(self, exists: Exists, alias: Sql, root: Sql) -> Sql:
        exists = _leg_by_leg(exists)
        target = self._new_alias()
        joining = [self._sources.related(exists.relationship, alias, target)] if exists.relationship else []
        condition = joined(" AND ", [*joining, *self._further(exists.where, target, root)])
        return sql(
            "EXISTS (SELECT 1 FROM {} AS {}{})",
            self.calls.rows(exists.call, exists.table, alias) if exists.call else self._sources.of(exists.table),
            target,
            sql(" WHERE {}", condition) if condition else condition,
        )

    def _measure_test(self, test: MeasureTest, alias: Sql, root: Sql) -> Sql:
        target, measured = self._new_alias(), self._new_alias()
        joining = self._sources.related(test.relationship, alias, target)
        condition = joined(" AND ", [joining, *self._further(test.where, target, root)])
        value = measure_value(test.measure, target)
        rows = sql("SELECT {} AS value FROM {} AS {} WHERE {}", value, self._sources.of(test.table), target, condition)
        return sql("EXISTS (SELECT 1 FROM ({}) AS {} WHERE {})", rows, measured, self.condition(test.test, measured))

    def _further(self, predicate: Predicate, alias: Sql, root: Sql) -> list[Sql]:
        """The predicate as further terms of a conjunction; none if it is always true."""
        items = predicate.items if isinstance(predicate, And) else (predicate,)
        return [self._nested(item, alias, root) for item in items]

    def conjunction(self, terms: list[Sql], predicate: Predicate, alias: Sql) -> Sql | None:
        """The terms and the predicate together; None if there is nothing to ask."""
        every = [*terms, *self._further(predicate, alias, alias)]
        return joined(" AND ", every) if every else None


class Rules(Predicates):
    """Renders rules on rows, of which each is about every row that a statement reads of the table.

    PostgreSQL takes a range with an unknown end for a third of the rows, and would rather fetch these by an index than
    read the table. A rule mostly lets most rows through, so it is told that it may be all of them: `OR $1 <> $1` is
    never true, and gone where a statement is planned for the values it has, which it is if that promises to be cheaper.
    """

    def _compared(self, operator: Operator, value: Sql, operand: Sql) -> Sql:
        compared = super()._compared(operator, value, operand)
        return sql("({} OR {} <> {})", compared, operand, operand) if operator in _RANGES else compared


def _leg_by_leg(exists: Exists) -> Exists:
    """Over a bridge: whether a row of it exists of which a row of the target exists.

    PostgreSQL makes joins of such; a condition about rows two levels apart it would look up for every pair of them.
    """
    way = exists.relationship
    if way is None or way.through is None:
        return exists
    to_bridge, from_there = way.legs(way.through)
    return Exists(to_bridge, way.through.table, Exists(from_there, exists.table, exists.where))


def _column_comparison(comparison: ColumnComparison, alias: Sql, root: Sql) -> Sql:
    other = column(root if comparison.of_root else alias, comparison.other.name)
    return sql(_TEMPLATES[comparison.operator], column(alias, comparison.column.name), other)


def trial(parameter: Parameter, binder: Binder) -> Sql:
    """An expression that can be had only if the parameter's value can be read, and a pattern be matched with."""
    value = binder.bind(parameter)
    if parameter.pattern is None:
        return value
    if parameter.pattern in _LIKE:
        # What the pattern says literally is matched up to its end, where it may lack what is escaped.
        return sql("regexp_replace({}, '\\\\(.)', '\\1', 'g') LIKE {}", value, value)
    return sql(_TEMPLATES[parameter.pattern], value, value)
