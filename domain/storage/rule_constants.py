"""The constants of a rule, which only the database can say whether it reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.tables.logic import parts
from domain.tables.operators import PATTERNS
from domain.tables.plan import Comparison, Fixed
from domain.tables.rule_values import InvalidRuleError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.tables.catalog import DataType
    from domain.tables.metadata import Json
    from domain.tables.operators import Operator
    from domain.tables.plan import Operand, Predicate


@dataclass(frozen=True, slots=True)
class Constant:
    """A text that has to be readable as a value of the type.

    Attributes:
        pattern: the operator that it is a pattern of, if it is one: not every text is.
    """

    text: str
    type: DataType
    pattern: Operator | None = None


def constants_of(predicate: Predicate) -> tuple[Constant, ...]:
    """The constants of a rule, each once."""
    return tuple(dict.fromkeys(_constants(predicate)))


def unreadable(constant: Constant, rule: Json) -> InvalidRuleError:
    """What is to be said of a constant of a rule that the database cannot read; with the path to it."""
    what = "is no pattern" if constant.pattern else f"does not fit the type {constant.type.name}"
    return InvalidRuleError(f"The value {what}.", next(_places(constant.text, rule), ()))


def _constants(predicate: Predicate) -> Iterator[Constant]:
    match predicate:
        case Comparison(operator=operator, operand=given):
            pattern = operator if operator in PATTERNS else None
            for operand in given if isinstance(given, tuple) else (given,):
                yield from _of_operand(operand, pattern)
        case _:
            for part in parts(predicate):
                yield from _constants(part)


def _of_operand(operand: Operand, pattern: Operator | None) -> Iterator[Constant]:
    if isinstance(operand, Fixed):
        texts = operand.value if isinstance(operand.value, tuple) else (operand.value,)
        yield from (Constant(text, operand.type, pattern) for text in texts if text is not None)


def _places(text: str, value: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where the value stands in a rule, outermost first."""
    match value:
        case dict():
            for name, inner in value.items():
                yield from _places(text, inner, (*path, name))
        case list():
            for index, inner in enumerate(value):
                yield from _places(text, inner, (*path, index))
        case _:
            if (value if isinstance(value, str) else json.dumps(value)) == text:
                yield path
