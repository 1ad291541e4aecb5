"""What a caller reaches as SQL: rules are rendered as those of tables are, by the same renderer."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, false, or_, true

from domain.errors import ForbiddenError
from domain.tables.catalog import Column
from domain.tables.operators import Operator
from domain.tables.plan import And, Comparison, Fixed, SessionVariable
from domain.tables.rule_values import InvalidRuleError, text_of
from domain.tables.statement import Values
from persistence.models import Bucket, File
from persistence.sql.binder import Binder
from persistence.sql.fragments import Sql
from persistence.sql.predicates import Predicates
from persistence.sql.sources import WholeTables
from persistence.storage.embedding import embedded
from persistence.storage.prefixes import begins_with

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import ColumnElement

    from domain.storage.reach import Clause, Reach
    from domain.tables.plan import Operand, Predicate
    from domain.tables.statement import Value

_FILES: Final = Sql("files")
"""How statements of SQLAlchemy call the table."""


def within(reach: Reach) -> ColumnElement[bool]:
    """The condition that a file, joined with its bucket, is within reach.

    Raises:
        ForbiddenError: a rule needs a session variable that the caller does not have, or that does not fit its type.
    """
    if reach.everything:
        return true()
    owned = [Bucket.owner_id == reach.owner_id] if reach.owner_id is not None else []
    public = [Bucket.public] if reach.public else []
    ruled = [_clause(clause, number, reach.session) for number, clause in enumerate(reach.clauses)]
    return or_(false(), *owned, *public, *ruled)


def _clause(clause: Clause, number: int, session: Mapping[str, str]) -> ColumnElement[bool]:
    conditions = [begins_with(File.path.expression, f"{top}/") for top in _top_folders(clause.predicate, session)]
    if clause.bucket_id is not None:
        conditions.append(File.bucket_id == clause.bucket_id)
    return and_(*conditions, _condition(clause.predicate, f"rule{number}_", session))


def _top_folders(predicate: Predicate, session: Mapping[str, str]) -> Iterator[str]:
    """The folders that files have to be in: the index on paths finds them there, as none is on the top folders."""
    match predicate:
        case And(items):
            for item in items:
                yield from _top_folders(item, session)
        case Comparison(Column(name="top_folder"), Operator.EQ, SessionVariable() | Fixed() as operand):
            top = Values((), session).of(operand)
            if isinstance(top, str) and top:
                yield top
        case _:
            return


def _condition(predicate: Predicate, prefix: str, session: Mapping[str, str]) -> Any:  # noqa: ANN401 - SQLAlchemy takes a text where it takes a condition, and does not say so
    binder, numbers, values = Binder(), count(), Values((), session)
    predicates = Predicates(binder, lambda: Sql(f"{prefix}{next(numbers)}"), WholeTables())
    condition = predicates.condition(predicate, _FILES)
    return embedded(f"({condition})", prefix, [_value(operand, values) for operand in binder.parameters])


def _value(operand: Operand, values: Values) -> Value:
    value = values.of(operand)
    if isinstance(operand, SessionVariable) and isinstance(value, str) and not operand.many:
        try:
            return text_of(value, operand.type, ())
        except InvalidRuleError:
            message = f"The session variable {operand.name} does not fit the type {operand.type.name}."
            raise ForbiddenError(message) from None
    return value
