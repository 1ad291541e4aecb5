"""Runs the statements of the table API on the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import asyncpg

from domain.errors import ForbiddenError, InvalidInputError, InvalidValueError, PayloadTooLargeError, SelfgraphError
from domain.tables.plan import Fixed, OnlyRow, Parameter, SessionVariable
from domain.tables.statement import WriteFailedError
from domain.tables.violations import RowRuleError
from persistence.errors import may_be_a_value
from persistence.partitions import at_root
from persistence.shared_reads import MAX_COST, SharedReads
from persistence.sql.binder import Binder
from persistence.sql.fragments import sql, type_name
from persistence.sql.options import DEFAULT
from persistence.sql.predicates import trial
from persistence.sql.render import render
from persistence.sql.trials import harmless_path, is_path
from persistence.sql.write_statements import render_root
from persistence.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.tables.plan import Operand, Plan
    from domain.tables.statement import Statement, Value, Values, WriteRootStatements
    from domain.tables.violations import Violation
    from domain.tables.writes import WritePlan
    from persistence.database import Database
    from persistence.sql.fragments import Sql
    from persistence.sql.options import RenderOptions


MAX_VALUES: Final = 32_767
"""The values that asyncpg can send with one statement."""
_FAILING_PATH: Final = "A JSON path with variables or methods of times may fail, depending on the rows; leave them out."


class PostgresTables:
    """The port `Tables` on PostgreSQL."""

    def __init__(
        self, database: Database, options: RenderOptions = DEFAULT, *, shared_read_cost: float = MAX_COST
    ) -> None:
        """`shared_read_cost`: what a read may cost that is asked for together with others; 0: none is."""
        self._database = database
        self._options = options
        self._writing = Writing(database)
        self._reads = SharedReads(database, max_cost=shared_read_cost)

    def render(self, plan: Plan) -> Statement:
        """Make the statement of a secured plan."""
        statement = render(plan, options=self._options)
        _refuse_too_many(len(statement.parameters))
        return statement

    def render_writes(self, plan: WritePlan) -> tuple[WriteRootStatements, ...]:
        """Make the statements of the secured plan of a mutation."""
        roots = tuple(render_root(root, plan.rights, options=self._options) for root in plan.roots)
        for statement in (statement for root in roots for statement in root.statements):
            _refuse_too_many(statement.most_parameters)
        return roots

    async def write(self, roots: Sequence[WriteRootStatements], values: Values) -> Sequence[bytes]:
        """Make all changes in one transaction, in order; answer each root field with its JSON text."""
        try:
            return await self._writing.write(roots, values)
        except (WriteFailedError, asyncpg.PostgresError) as failure:
            error = failure.error if isinstance(failure, WriteFailedError) else failure
            if isinstance(error, RowRuleError) or not may_be_a_value(error):
                raise
            for root in roots:
                if not isinstance(failure, WriteFailedError) or root.key == failure.key:
                    parameters = [parameter for statement in root.statements for parameter in statement.every]
                    unreadable = await self._unreadable(parameters, values)
                    if unreadable is not None:
                        raise WriteFailedError(unreadable, root.key) from error
            raise

    async def at_root(self, violation: Violation) -> Violation:
        """What is said of a partition, said of the partitioned table; anything else as it is."""
        return await at_root(self._database, violation)

    async def run(self, statement: Statement, values: Values) -> Sequence[bytes]:
        """Answer each root field with its JSON text."""
        arguments = values.all_of(statement.parameters)
        try:
            return await self._reads.run(statement, arguments)
        except (SelfgraphError, asyncpg.PostgresError) as error:
            unreadable = await self._unreadable(statement.parameters, values) if may_be_a_value(error) else None
            if unreadable is None:
                raise
            raise unreadable from error

    async def _unreadable(
        self, parameters: Sequence[Operand], values: Values
    ) -> InvalidInputError | ForbiddenError | None:
        """Find the value that PostgreSQL could not read, which its own message does not tell; None if it can read all.

        Costs a statement a value, and only after one has failed.
        """
        for operand in parameters:
            parameter = operand.of if isinstance(operand, OnlyRow) else operand
            if not isinstance(parameter, Parameter):
                continue
            if parameter.rows:
                row = await self._unreadable_row(parameter, cast("list[str | None]", values.of(parameter)))
                if row is not None:
                    return InvalidValueError(_explanation(parameter), parameter.source, row)
                continue
            if not await self._can_be_had(trial(parameter, Binder()), values.of(parameter)):
                return InvalidValueError(_explanation(parameter), parameter.source)
        return await self._failing_path(parameters, values) or await self._misfit(parameters, values)

    async def _failing_path(self, parameters: Sequence[Operand], values: Values) -> InvalidValueError | None:
        """Find the path that can be read, and may have failed in some row."""
        for parameter in parameters:
            if not isinstance(parameter, Parameter) or not is_path(parameter):
                continue
            if not await self._can_be_had(harmless_path(parameter, Binder()), values.of(parameter)):
                return InvalidValueError(_FAILING_PATH, parameter.source)
        return None

    async def _misfit(self, operands: Sequence[Operand], values: Values) -> InvalidInputError | ForbiddenError | None:
        """Find the value of a rule that PostgreSQL could not read; it has no place in the request."""
        for operand in operands:
            if not isinstance(operand, SessionVariable | Fixed):
                continue
            if await self._can_be_had(Binder().bind(operand), values.of(operand)):
                continue
            if isinstance(operand, Fixed):
                return InvalidInputError("A rule of the role has a value that does not fit its type.")
            kind = f"{operand.type.name}{'[]' if operand.many else ''}"
            return ForbiddenError(f"The session variable {operand.name} does not fit the type {kind}.")
        return None

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

    async def _can_be_had(self, expression: Sql, value: Value) -> bool:
        return await self._can_be_read(sql("SELECT ({}) IS NULL", expression), value)

    async def _can_be_read(self, probe: Sql, value: Value) -> bool:
        try:
            await self._database.fetch_value(probe, [value])
        except (SelfgraphError, asyncpg.PostgresError) as error:
            if may_be_a_value(error):
                return False
            raise
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
