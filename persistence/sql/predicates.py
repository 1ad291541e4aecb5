"""Predicates as SQL conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, LiteralString, assert_never

from domain.tables.aggregates import MeasureTest
from domain.tables.catalog import TypeKind
from domain.tables.operators import Operator
from domain.tables.plan import And, Comparison, Exists, Not, NullTest, Or
from persistence.sql.fragments import Sql, column, joined, qualified, sql
from persistence.sql.measures import measure_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.tables.plan import Parameter, Predicate
    from domain.tables.relationships import Relationship
    from persistence.sql.binder import Binder

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
}


class Predicates:
    """Renders the predicates of one statement."""

    def __init__(self, binder: Binder, new_alias: Callable[[], Sql]) -> None:
        self._binder = binder
        self._new_alias = new_alias

    def condition(self, predicate: Predicate, alias: Sql) -> Sql:
        """The predicate about the row `alias`."""
        match predicate:
            case Comparison():
                return self._comparison(predicate, alias)
            case NullTest():
                return _null_test(predicate, alias)
            case Exists() | MeasureTest():
                return self._related(predicate, alias)
            case And(items):
                return self._all(items, alias)
            case Or(items):
                parts = [self._nested(item, alias) for item in items]
                return joined(" OR ", parts) if parts else sql("FALSE")
            case Not(item):
                return sql("NOT ({})", self.condition(item, alias))
            case _:
                assert_never(predicate)

    def _all(self, items: tuple[Predicate, ...], alias: Sql) -> Sql:
        parts = [self._nested(item, alias) for item in items]
        return joined(" AND ", parts) if parts else sql("TRUE")

    def _nested(self, predicate: Predicate, alias: Sql) -> Sql:
        inner = self.condition(predicate, alias)
        return sql("({})", inner) if isinstance(predicate, And | Or) else inner

    def _comparison(self, comparison: Comparison, alias: Sql) -> Sql:
        template = _TEMPLATES[comparison.operator]
        return sql(template, column(alias, comparison.column.name), self._operand(comparison.operand))

    def _operand(self, operand: Parameter | tuple[Parameter, ...]) -> Sql:
        return self._binder.bind_all(operand) if isinstance(operand, tuple) else self._binder.bind(operand)

    def _related(self, predicate: Exists | MeasureTest, alias: Sql) -> Sql:
        if isinstance(predicate, MeasureTest):
            return self._measure_test(predicate, alias)
        return self._exists(predicate, alias)

    def _exists(self, exists: Exists, alias: Sql) -> Sql:
        target = self._new_alias()
        condition = joined(" AND ", [related(exists.relationship, alias, target), *self._further(exists.where, target)])
        return sql("EXISTS (SELECT 1 FROM {} AS {} WHERE {})", qualified(exists.table.name), target, condition)

    def _measure_test(self, test: MeasureTest, alias: Sql) -> Sql:
        target, measured = self._new_alias(), self._new_alias()
        condition = self.conjunction([related(test.relationship, alias, target)], test.where, target) or sql("TRUE")
        value = measure_value(test.measure, target)
        rows = sql("SELECT {} AS value FROM {} AS {} WHERE {}", value, qualified(test.table.name), target, condition)
        return sql("EXISTS (SELECT 1 FROM ({}) AS {} WHERE {})", rows, measured, self.condition(test.test, measured))

    def _further(self, predicate: Predicate, alias: Sql) -> list[Sql]:
        """The predicate as further terms of a conjunction; none if it is always true."""
        items = predicate.items if isinstance(predicate, And) else (predicate,)
        return [self._nested(item, alias) for item in items]

    def conjunction(self, terms: list[Sql], predicate: Predicate, alias: Sql) -> Sql | None:
        """The terms and the predicate together; None if there is nothing to ask."""
        every = [*terms, *self._further(predicate, alias)]
        return joined(" AND ", every) if every else None


def _null_test(test: NullTest, alias: Sql) -> Sql:
    name = column(alias, test.column.name)
    if test.column.type.bare.kind is TypeKind.COMPOSITE:
        # IS NULL would ask whether all of its fields are NULL.
        return sql("{} IS NOT DISTINCT FROM NULL", name) if test.is_null else sql("{} IS DISTINCT FROM NULL", name)
    return sql("{} IS NULL", name) if test.is_null else sql("{} IS NOT NULL", name)


def trial(parameter: Parameter, binder: Binder) -> Sql:
    """An expression that can be had only if the parameter's value can be read, and a pattern be matched with."""
    value = binder.bind(parameter)
    return value if parameter.pattern is None else sql(_TEMPLATES[parameter.pattern], value, value)


def related(relationship: Relationship, source: Sql, target: Sql) -> Sql:
    """The condition under which two rows belong together."""
    return joined(
        " AND ",
        (sql("{} = {}", column(target, there), column(source, here)) for here, there in relationship.columns),
    )
