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

    def __init__(self) -> None:
        self._numbers: dict[Parameter, int] = {}

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What is bound, in order."""
        return tuple(self._numbers)

    def bind(self, parameter: Parameter) -> Sql:
        """The parameter as an expression of its type."""
        number = self._numbers.setdefault(parameter, len(self._numbers) + 1)
        place = Sql(f"${number}")
        if parameter.type.schema == "pg_catalog" and parameter.type.name == "text":
            return sql("{}::text[]", place) if parameter.many else sql("{}::text", place)
        if parameter.many:
            return sql("{}::text[]::{}[]", place, type_name(parameter.type))
        return sql("{}::text::{}", place, type_name(parameter.type))

    def bind_all(self, parameters: tuple[Parameter, ...]) -> Sql:
        """Several parameters as one array."""
        if not parameters:
            return literal("{}")
        return sql("ARRAY[{}]", joined(", ", (self.bind(parameter) for parameter in parameters)))
