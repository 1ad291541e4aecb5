"""The parameters of one statement, numbered in the order of their first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persistence.sql.fragments import Sql, joined, literal, sql, type_name

if TYPE_CHECKING:
    from domain.tables.plan import Parameter


class Binder:
    """Hands out $1, $2, ...; a parameter that is used twice is bound once.

    Every value travels as text and is read by PostgreSQL as the type it is compared with, so that one way of binding
    serves every type there is.
    """

    def __init__(self, before: int = 0) -> None:
        """`before` parameters are bound by somebody else."""
        self._before = before
        self._numbers: dict[Parameter, int] = {}

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What is bound, in order."""
        return tuple(self._numbers)

    def bind(self, parameter: Parameter) -> Sql:
        """The parameter as an expression of its type."""
        place = self._place(parameter)
        if parameter.type.schema == "pg_catalog" and parameter.type.name == "text":
            return sql("{}::text[]", place) if parameter.many else sql("{}::text", place)
        if parameter.many:
            return sql("{}::text[]::{}[]", place, type_name(parameter.type))
        return sql("{}::text::{}", place, type_name(parameter.type))

    def bind_texts(self, parameter: Parameter) -> Sql:
        """The values of a parameter for rows, as texts that are yet to be read."""
        return sql("{}::text[]", self._place(parameter))

    def _place(self, parameter: Parameter) -> Sql:
        number = self._numbers.setdefault(parameter, self._before + len(self._numbers) + 1)
        return Sql(f"${number}")

    def bind_all(self, parameters: tuple[Parameter, ...]) -> Sql:
        """Several parameters as one array."""
        if not parameters:
            return literal("{}")
        return sql("ARRAY[{}]", joined(", ", (self.bind(parameter) for parameter in parameters)))
