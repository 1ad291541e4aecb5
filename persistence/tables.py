"""Runs the statements of the table API on the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from domain.errors import InvalidInputError, InvalidValueError, PayloadTooLargeError
from domain.tables.statement import WriteFailedError
from domain.tables.violations import RowRuleError
from persistence.sql.binder import Binder
from persistence.sql.fragments import sql, type_name
from persistence.sql.predicates import trial
from persistence.sql.render import render
from persistence.sql.writes import render_root
from persistence.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.tables.plan import Parameter, Plan
    from domain.tables.statement import Statement, Value, WriteRootStatements
    from domain.tables.writes import WritePlan
    from persistence.database import Database
    from persistence.sql.fragments import Sql


MAX_VALUES: Final = 32_767
"""The values that asyncpg can send with one statement."""


class PostgresTables:
    """The port `Tables` on PostgreSQL."""

    def __init__(self, database: Database, *, stringify_numeric_types: bool) -> None:
        self._database = database
        self._stringify = stringify_numeric_types
        self._writing = Writing(database)

    def render(self, plan: Plan) -> Statement:
        """Make the statement of a secured plan."""
        statement = render(plan, stringify_numeric_types=self._stringify)
        _refuse_too_many(len(statement.parameters))
        return statement

    def render_writes(self, plan: WritePlan) -> tuple[WriteRootStatements, ...]:
        """Make the statements of the secured plan of a mutation."""
        roots = tuple(render_root(root, stringify_numeric_types=self._stringify) for root in plan.roots)
        for statement in (statement for root in roots for statement in root.statements):
            _refuse_too_many(len(statement.parameters))
            if statement.reading is not None:
                _refuse_too_many(len(statement.reading.parameters))
        return roots

    async def write(self, roots: Sequence[WriteRootStatements], values: Sequence[Value]) -> Sequence[bytes]:
        """Make all changes in one transaction, in order; answer each root field with its JSON text."""
        try:
            return await self._writing.write(roots, values)
        except WriteFailedError as failure:
            error = failure.error
            if not isinstance(error, InvalidInputError) or isinstance(error, RowRuleError):
                raise
            parameters = [
                parameter
                for root in roots
                if root.key == failure.key
                for statement in root.statements
                for parameter in statement.parameters
            ]
            raise WriteFailedError(await self._explained(error, parameters, values), failure.key) from error

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
            if parameter.rows:
                row = await self._unreadable_row(parameter, cast("list[str | None]", values[parameter.source]))
                if row is not None:
                    return InvalidValueError(_explanation(parameter), parameter.source, row)
                continue
            probe = sql("SELECT ({}) IS NULL", trial(parameter, Binder()))
            try:
                await self._database.fetch_value(probe, [values[parameter.source]])
            except InvalidInputError:
                return InvalidValueError(_explanation(parameter), parameter.source)
        return error

    async def _unreadable_row(self, parameter: Parameter, texts: list[str | None]) -> int | None:
        """The first row whose value cannot be read, found by halving; None if all can be."""
        probe = sql("SELECT count(x::{}) FROM unnest($1::text[]) AS x", type_name(parameter.type))
        if await self._can_be_read(probe, texts):
            return None
        first, end = 0, len(texts)
        while end - first > 1:
            middle = (first + end) // 2
            if await self._can_be_read(probe, texts[first:middle]):
                first = middle
            else:
                end = middle
        return first

    async def _can_be_read(self, probe: Sql, texts: list[str | None]) -> bool:
        try:
            await self._database.fetch_value(probe, [texts])
        except InvalidInputError:
            return False
        return True


def _refuse_too_many(count: int) -> None:
    if count > MAX_VALUES:
        raise PayloadTooLargeError(f"The operation has more than {MAX_VALUES} values; give lists whole.")


def _explanation(parameter: Parameter) -> str:
    if parameter.pattern is not None:
        return "The value is not a valid pattern."
    return (
        f"The value does not fit the type {parameter.type.name}{'[]' if parameter.many and not parameter.rows else ''}."
    )
