"""Explains operations: which statements they become for a role, and how PostgreSQL goes about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import InvalidInputError
from domain.tables.statement import Values
from graph.operations import OperationKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.tables.explanation import Explanation, StatementExplainer
    from graph.documents import Documents
    from graph.operations import OperationRequest
    from graph.served import SchemaSource
    from graph.tables.answering import TableAnswers


class OperationExplainer:
    """Takes an operation the way that it takes when it is asked for, up to where it would be run."""

    def __init__(
        self, schemas: SchemaSource, documents: Documents, tables: TableAnswers, statements: StatementExplainer
    ) -> None:
        self._schemas = schemas
        self._documents = documents
        self._tables = tables
        self._statements = statements

    async def explain(
        self, request: OperationRequest, role: str, session: Mapping[str, str], *, analyze: bool
    ) -> list[Explanation]:
        """The statements of an operation for a caller of that role; none if it asks for no table.

        Args:
            request: the operation.
            role: in whose schema.
            session: the caller's session variables, names in lower case.
            analyze: whether the statements of a query are run, to tell what they really take.

        Raises:
            DocumentError: the document is not valid for the role.
            InvalidInputError: a variable is not valid, or a mutation or subscription is to be analyzed.
        """
        served = self._schemas.for_role(role)
        document = self._documents.check(request.query, served)
        kind = document.kind(request.operation_name)
        if analyze and kind is not OperationKind.QUERY:
            raise InvalidInputError("Only queries can be analyzed: it would be done, not explained.", ("analyze",))
        if kind is OperationKind.MUTATION:
            found = self._tables.writes.compile(served, document, request.operation_name, request.variables)
            if found is None:
                return []
            writes, values = found
            return await self._statements.explain_writes(writes.roots, Values(values, session))
        compiled, values = self._tables.compile(served, document, request.operation_name, request.variables)
        if compiled.statement is None:
            return []
        return [await self._statements.explain(compiled.statement, Values(values, session), analyze=analyze)]
