"""Runs the statements of the table API on the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import InvalidInputError, InvalidValueError
from persistence.sql.binder import Binder
from persistence.sql.fragments import sql
from persistence.sql.render import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.tables.plan import Parameter, Plan
    from domain.tables.statement import Statement, Value
    from persistence.database import Database


class PostgresTables:
    """The port `Tables` on PostgreSQL."""

    def __init__(self, database: Database, *, stringify_numeric_types: bool) -> None:
        self._database = database
        self._stringify = stringify_numeric_types

    def render(self, plan: Plan) -> Statement:
        """Make the statement of a secured plan."""
        return render(plan, stringify_numeric_types=self._stringify)

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
            binder = Binder()
            probe = sql("SELECT {} IS NULL", binder.bind(parameter))
            try:
                await self._database.fetch_value(probe, [values[parameter.source]])
            except InvalidInputError:
                message = f"The value does not fit the type {parameter.type.name}{'[]' if parameter.many else ''}."
                return InvalidValueError(message, parameter.source)
        return error
