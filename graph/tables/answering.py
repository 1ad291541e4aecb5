"""Answers the root fields of tables: a compiled operation run, its rows as finished JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from domain.errors import InvalidValueError
from graph.tables.compiler import TableOperation, located
from graph.tables.write_answering import WriteAnswers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLSchema

    from domain.tables.secure import Policy
    from domain.tables.statement import Tables
    from graph.documents import CheckedDocument
    from graph.tables.bindings import ListArguments
    from graph.tables.compiler import Compiled
    from graph.tables.shapes import LeafValue


class TableAnswers:
    """Compiles and runs the part of a query that asks for tables."""

    def __init__(self, tables: Tables, policy: Policy, arguments: ListArguments) -> None:
        self._tables = tables
        self._policy = policy
        self._arguments = arguments
        self.writes = WriteAnswers(tables, policy, arguments)

    def compile(
        self, schema: GraphQLSchema, document: CheckedDocument, name: str | None, variables: Mapping[str, Any]
    ) -> tuple[Compiled, list[LeafValue]]:
        """The operation of that name compiled for these variables, and the values of this call.

        Raises:
            InvalidInputError: for a variable or an argument that is not valid.
        """
        operation = document.over_tables.get(name)
        if operation is None:
            operation = TableOperation(schema, document.node, document.operation(name), self._arguments)
            document.over_tables[name] = operation
        return operation.compile(variables, self._tables, self._policy)

    async def run(self, compiled: Compiled, values: list[LeafValue]) -> dict[str, orjson.Fragment]:
        """The JSON of each root field of a table by response key; empty if the operation has none.

        Raises:
            SelfgraphError: what the port raises; an invalid value with its place in the request.
        """
        if compiled.statement is None:
            return {}
        try:
            rows = await self._tables.run(compiled.statement, values)
        except InvalidValueError as error:
            raise located(error, compiled) from error
        return dict(zip(compiled.statement.keys, map(orjson.Fragment, rows), strict=True))
