"""Answers the root fields of tables: a compiled operation run, its rows as finished JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from domain.bounded import Budget
from domain.errors import InvalidInputError, InvalidValueError, TooExpensiveError
from domain.tables.statement import Values
from graph.operations import Answer
from graph.tables.compiler import CHARACTERS, TableOperation, compiled_cache, located
from graph.tables.write_answering import WriteAnswers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.tables.explanation import StatementExplainer
    from domain.tables.secure import Policy
    from domain.tables.statement import Statement, Tables
    from graph.documents import CheckedDocument
    from graph.served import ServedSchema
    from graph.tables.bindings import ListArguments
    from graph.tables.compiler import Compiled
    from graph.tables.shapes import LeafValue


class TableAnswers:
    """Compiles and runs the part of a query that asks for tables."""

    def __init__(
        self, tables: Tables, policy: Policy, arguments: ListArguments, statements: StatementExplainer | None = None
    ) -> None:
        """`policy` is that of everybody; each role's own rights take the place of those in it.

        `statements` tells what they cost, for a policy that limits it.
        """
        self._tables = tables
        self._statements = statements
        self._policy = policy
        self._arguments = arguments
        self._budget = Budget(CHARACTERS)
        self.writes = WriteAnswers(tables, policy, arguments, self._budget)

    def compile(
        self, served: ServedSchema, document: CheckedDocument, name: str | None, variables: Mapping[str, Any]
    ) -> tuple[Compiled, list[LeafValue]]:
        """The operation of that name compiled for these variables, and the values of this call.

        Raises:
            InvalidInputError: for a variable or an argument that is not valid.
        """
        operation = document.over_tables.get(name)
        if operation is None:
            policy = self._policy.of(served.rights)
            operation = TableOperation(
                served.graphql,
                document.node,
                document.operation(name),
                self._arguments,
                policy,
                compiled=document.compiled.setdefault(name, compiled_cache(self._budget)),
                survey=document.survey(served),
            )
            document.over_tables[name] = operation
        return operation.compile(variables, self._tables)

    async def run(self, compiled: Compiled, values: list[LeafValue], session: Mapping[str, str]) -> Answer:
        """The JSON of each root field of a table by response key; empty if the operation has none.

        Raises:
            SelfgraphError: what the port raises; an invalid value with its place in the request.
        """
        if compiled.statement is None:
            return Answer(data={})
        bound = Values(values, session)
        try:
            if compiled.max_cost is not None:
                await self._refuse_costly(compiled.statement, bound, compiled.max_cost)
            rows = await self._tables.run(compiled.statement, bound)
        except InvalidValueError as error:
            raise located(error, compiled) from error
        return Answer(data=dict(zip(compiled.statement.keys, map(orjson.Fragment, rows), strict=True)))

    async def _refuse_costly(self, statement: Statement, values: Values, most: float) -> None:
        if self._statements is None:
            return
        try:
            explained = await self._statements.explain(statement, values, analyze=False)
        except InvalidInputError:
            return  # A value that cannot be read; the statement itself tells which.
        if explained.cost > most:
            raise TooExpensiveError(f"The query costs {explained.cost:.0f} by the planner's estimate, over {most:.0f}.")
