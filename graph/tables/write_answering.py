"""Answers mutations of tables: a compiled mutation run as one transaction, its answers as finished JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from domain.errors import ConflictError, InvalidInputError, InvalidValueError, SelfgraphError
from domain.tables.statement import WriteFailedError
from domain.tables.violations import RowConflictError, RowRuleError
from graph.tables.write_compiler import WriteOperation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLSchema

    from domain.tables.secure import Policy
    from domain.tables.statement import Tables
    from graph.documents import CheckedDocument
    from graph.tables.bindings import ListArguments
    from graph.tables.names import DescribedCatalog
    from graph.tables.shapes import LeafValue
    from graph.tables.write_compiler import CompiledWrites

DESCRIBED: Final = "selfgraph_catalog"
"""The extension of a schema that holds its catalog and the names in it."""


class BrokenConstraintError(SelfgraphError):
    """A constraint refuses a change; names the table and the columns that the constraint looks at as GraphQL does."""

    def __init__(self, error: SelfgraphError, table: str, columns: list[str]) -> None:
        super().__init__(error.message)
        self.table = table
        self.columns = columns

    def extensions(self) -> dict[str, object]:
        """The table's root field and the columns' fields."""
        return {"table": self.table, "columns": self.columns}


class _ConstraintConflictError(BrokenConstraintError):
    code = ConflictError.code


class _ConstraintRuleError(BrokenConstraintError):
    code = InvalidInputError.code


class WriteAnswers:
    """Compiles and runs the mutations of tables."""

    def __init__(self, tables: Tables, policy: Policy, arguments: ListArguments) -> None:
        self._tables = tables
        self._policy = policy
        self._arguments = arguments

    def compile(
        self, schema: GraphQLSchema, document: CheckedDocument, name: str | None, variables: Mapping[str, Any]
    ) -> tuple[CompiledWrites, list[LeafValue]] | None:
        """The mutation of that name compiled for these variables, and the values; None if it changes no table.

        Raises:
            InvalidInputError: for a variable or an argument that is not valid.
        """
        operation = document.writes.get(name)
        if operation is None:
            operation = WriteOperation(schema, document.node, document.operation(name), self._arguments)
            document.writes[name] = operation
        return operation.compile(variables, self._tables, self._policy) if operation.is_bound else None

    async def run(
        self, compiled: CompiledWrites, values: list[LeafValue], schema: GraphQLSchema
    ) -> dict[str, orjson.Fragment]:
        """The JSON of each root field by response key.

        Raises:
            WriteFailedError: nothing was written.
        """
        if not compiled.roots:
            return {}
        try:
            answers = await self._tables.write(compiled.roots, values)
        except WriteFailedError as failure:
            raise WriteFailedError(_told(failure.error, compiled, values, schema), failure.key) from failure
        return {root.key: orjson.Fragment(answer) for root, answer in zip(compiled.roots, answers, strict=True)}


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
        case _:
            return error


def _named(
    kind: type[BrokenConstraintError], error: RowConflictError | RowRuleError, schema: GraphQLSchema
) -> SelfgraphError:
    described = cast("DescribedCatalog", schema.extensions[DESCRIBED])
    names = described.names.get(error.violation.table)
    if names is None:
        return error
    columns = error.violation.columns(described.catalog)
    return kind(error, names.root(), [names.columns[name] for name in columns])
