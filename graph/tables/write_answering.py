"""Answers mutations of tables: a compiled mutation run as one transaction, its answers as finished JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from domain.errors import ConflictError, ForbiddenError, InvalidInputError, InvalidValueError, SelfgraphError
from domain.tables.statement import Values, WriteFailedError
from domain.tables.violations import RowConflictError, RowForbiddenError, RowRuleError
from graph.tables.write_compiler import WriteOperation, compiled_writes_cache

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLSchema

    from domain.bounded import Budget
    from domain.tables.secure import Policy
    from domain.tables.statement import Tables
    from graph.documents import CheckedDocument
    from graph.served import ServedSchema
    from graph.tables.bindings import ListArguments
    from graph.tables.shapes import LeafValue
    from graph.tables.visible import Visible
    from graph.tables.write_compiler import CompiledWrites

VISIBLE: Final = "selfgraph_visible"
"""The extension of a schema that holds what its role sees of the tables."""


class BrokenConstraintError(SelfgraphError):
    """A constraint or a rule refuses a change; names the table and the columns that are looked at as GraphQL does."""

    def __init__(
        self, error: RowConflictError | RowForbiddenError | RowRuleError, table: str, columns: list[str] | None
    ) -> None:
        super().__init__(error.message)
        self.violation = error.violation
        self.table = table
        self.columns = columns

    def extensions(self) -> dict[str, object]:
        """The table's root field and, of a constraint, the columns' fields."""
        return {"table": self.table, **({} if self.columns is None else {"columns": self.columns})}


class _ConstraintConflictError(BrokenConstraintError):
    code = ConflictError.code


class _ConstraintRuleError(BrokenConstraintError):
    code = InvalidInputError.code


class ForbiddenRowError(BrokenConstraintError):
    """A written row is not one that the role may write."""

    code = ForbiddenError.code


class WriteAnswers:
    """Compiles and runs the mutations of tables."""

    def __init__(self, tables: Tables, policy: Policy, arguments: ListArguments, compiled: Budget) -> None:
        """`compiled` is what all compiled operations may weigh together."""
        self._tables = tables
        self._budget = compiled
        self._policy = policy
        self._arguments = arguments

    def compile(
        self, served: ServedSchema, document: CheckedDocument, name: str | None, variables: Mapping[str, Any]
    ) -> tuple[CompiledWrites, list[LeafValue]] | None:
        """The mutation of that name compiled for these variables, and the values; None if it changes no table.

        Raises:
            InvalidInputError: for a variable or an argument that is not valid.
        """
        operation = document.writes.get(name)
        if operation is None:
            policy = self._policy.of(served.rights)
            operation = WriteOperation(
                served.graphql,
                document.node,
                document.operation(name),
                self._arguments,
                policy,
                compiled=document.compiled_writes.setdefault(name, compiled_writes_cache(self._budget)),
                survey=document.survey(served),
            )
            document.writes[name] = operation
        if not operation.is_bound:
            return None
        return operation.compile(variables, self._tables)

    async def run(
        self, compiled: CompiledWrites, values: list[LeafValue], session: Mapping[str, str], served: ServedSchema
    ) -> dict[str, orjson.Fragment]:
        """The JSON of each root field by response key.

        Raises:
            WriteFailedError: nothing was written.
        """
        if not compiled.roots:
            return {}
        try:
            answers = await self._tables.write(compiled.roots, Values(values, session))
        except WriteFailedError as failure:
            error = await self._at_root(failure.error, served.graphql)
            raise WriteFailedError(_told(error, compiled, values, served.graphql), failure.key) from failure
        return {root.key: orjson.Fragment(answer) for root, answer in zip(compiled.roots, answers, strict=True)}

    async def _at_root(self, error: SelfgraphError, schema: GraphQLSchema) -> SelfgraphError:
        """The error about a table that is served, where PostgreSQL names one of its partitions."""
        if not isinstance(error, RowConflictError | RowForbiddenError | RowRuleError):
            return error
        violation = error.violation
        if violation.is_known(_visible(schema).catalog):
            return error
        return type(error)(error.message, await self._tables.at_root(violation))


def _told(
    error: SelfgraphError, compiled: CompiledWrites, values: list[LeafValue], schema: GraphQLSchema
) -> SelfgraphError:
    """The error in the words of the request."""
    match error:
        case InvalidValueError():
            return compiled.located(error, values)
        case RowConflictError():
            return _named(_ConstraintConflictError, error, schema)
        case RowRuleError():
            return _named(_ConstraintRuleError, error, schema)
        case RowForbiddenError():
            return _named(ForbiddenRowError, error, schema)
        case _:
            return error


def _named(
    kind: type[BrokenConstraintError], error: RowConflictError | RowForbiddenError | RowRuleError, schema: GraphQLSchema
) -> SelfgraphError:
    visible = _visible(schema)
    seen = visible.find(error.violation.table)
    if seen is None or not seen.exists:
        return error
    if isinstance(error, RowForbiddenError):
        return kind(error, seen.names.root(), None)
    columns = [name for name in error.violation.columns(visible.catalog) if name in seen.known]
    return kind(error, seen.names.root(), [seen.names.columns[name] for name in columns])


def _visible(schema: GraphQLSchema) -> Visible:
    return cast("Visible", schema.extensions[VISIBLE])
