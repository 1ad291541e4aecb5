"""The parameters of one statement, numbered in the order of their first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.tables.plan import OnlyRow, SessionVariable
from persistence.sql.fragments import Sql, joined, literal, sql, type_name
from persistence.values_as_text import READ_WHEN_BOUND

if TYPE_CHECKING:
    from domain.tables.plan import Operand, Parameter


class Binder:
    """Hands out $1, $2, ...; a parameter that is used twice is bound once.

    Every value travels as text and is read by PostgreSQL as the type it is compared with, so that one way of binding
    serves every type there is: the usual ones when they are bound, all others by a cast.
    """

    def __init__(self, before: int = 0) -> None:
        """`before` parameters are bound by somebody else."""
        self._before = before
        self._numbers: dict[Operand, int] = {}

    @property
    def parameters(self) -> tuple[Operand, ...]:
        """What is bound, in order."""
        return tuple(self._numbers)

    def bind(self, parameter: Operand) -> Sql:
        """The parameter as an expression of its type."""
        place = self._place(parameter)
        if isinstance(parameter, SessionVariable) and parameter.many:
            return sql("{}::text::{}[]", place, type_name(parameter.type))
        if parameter.type.schema == "pg_catalog" and parameter.type.name == "text":
            return sql("{}::text[]", place) if parameter.many else sql("{}::text", place)
        if parameter.many:
            # Of arrays of other types than text asyncpg would ask the database first.
            return sql("{}::text[]::{}[]", place, type_name(parameter.type))
        if parameter.type.schema == "pg_catalog" and parameter.type.name in READ_WHEN_BOUND:
            return sql("{}::{}", place, type_name(parameter.type))
        return sql("{}::text::{}", place, type_name(parameter.type))

    def bind_only(self, parameter: Parameter) -> Sql:
        """The value of a parameter for one row, as a text that is yet to be read."""
        return sql("{}::text", self._place(OnlyRow(parameter)))

    def bind_texts(self, parameter: Parameter) -> Sql:
        """The values of a parameter for rows, as texts that are yet to be read."""
        return sql("{}::text[]", self._place(parameter))

    def bind_as_text(self, parameter: Operand) -> Sql:
        """The parameter as a text; a list as that of an array."""
        place = self._place(parameter)
        if parameter.many and not isinstance(parameter, SessionVariable):
            return sql("{}::text[]::text", place)
        return sql("{}::text", place)

    def _place(self, parameter: Operand) -> Sql:
        number = self._numbers.setdefault(parameter, self._before + len(self._numbers) + 1)
        return Sql(f"${number}")

    def bind_all(self, parameters: tuple[Operand, ...]) -> Sql:
        """Several parameters as one array."""
        if not parameters:
            return literal("{}")
        return sql("ARRAY[{}]", joined(", ", (self.bind(parameter) for parameter in parameters)))


class GivenAsArray(Binder):
    """Hands out the elements of one parameter, an array of texts: `$1[1]`, `$1[2]`, ..."""

    def _place(self, parameter: Operand) -> Sql:
        number = self._numbers.setdefault(parameter, len(self._numbers) + 1)
        return Sql(f"($1)[{number}]")
