"""Runs the statements of the table API on the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.errors import InvalidInputError, InvalidValueError, PayloadTooLargeError
from persistence.sql.binder import Binder
from persistence.sql.fragments import sql
from persistence.sql.predicates import trial
from persistence.sql.render import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.tables.plan import Parameter, Plan
    from domain.tables.statement import Statement, Value
    from persistence.database import Database


MAX_VALUES: Final = 32_767
"""The values that asyncpg can send with one statement."""


class PostgresTables:
    """The port `Tables` on PostgreSQL."""

    def __init__(self, database: Database, *, stringify_numeric_types: bool) -> None:
        self._database = database
        self._stringify = stringify_numeric_types

    def render(self, plan: Plan) -> Statement:
        """Make the statement of a secured plan."""
        statement = render(plan, stringify_numeric_types=self._stringify)
        if len(statement.parameters) > MAX_VALUES:
            raise PayloadTooLargeError(f"The operation has more than {MAX_VALUES} values; give lists whole.")
        return statement

    async def run(self, statement: Statement, values: Sequence[Value]) -> Sequence[bytes]:
        """Answer each root field with its JSON text."""
        arguments = [values[parameter.source] for parameter in statement.parameters]
        try:
            row = await self._database.fetch_row(statement.text, arguments)
        except InvalidInputError as error:
            raise await self._explained(error, statement.parameters, values) from error
        return tuple(row) if row is not None else ()

    async def _explained(
        self, error: InvalidInputError, parameters: Sequence[Parameter], values: Sequence[Value]
    ) -> InvalidInputError:
        """Find the value that PostgreSQL could not read, which its own message does not tell.

        Costs a statement a value, and only after one has failed.
        """
        for parameter in parameters:
            probe = sql("SELECT ({}) IS NULL", trial(parameter, Binder()))
            try:
                await self._database.fetch_value(probe, [values[parameter.source]])
            except InvalidInputError:
                return InvalidValueError(_explanation(parameter), parameter.source)
        return error


def _explanation(parameter: Parameter) -> str:
    if parameter.pattern is not None:
        return "The value is not a valid pattern."
    return f"The value does not fit the type {parameter.type.name}{'[]' if parameter.many else ''}."
