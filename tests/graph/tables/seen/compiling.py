"""Documents as statements, for one role and without a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import OperationDefinitionNode, parse, validate

from graph.role_schema import basis_of, build_schema, static_schema
from graph.schema import TableOptions
from graph.tables.compiler import TableOperation
from graph.tables.naming import SnakeNaming
from graph.tables.types import list_arguments

if TYPE_CHECKING:
    from domain.tables.model import Model
    from domain.tables.secure import Policy
    from domain.tables.statement import Statement, Tables
    from graph.tables.shapes import LeafValue

NAMING = SnakeNaming()
STATIC = static_schema()


class Compiler:
    def __init__(self, model: Model, policy: Policy) -> None:
        self._schema = build_schema(STATIC, basis_of(STATIC, model, TableOptions(NAMING, "w")), policy.rights)
        self._policy = policy

    def statement(self, text: str, tables: Tables) -> tuple[Statement, list[LeafValue]]:
        """The statement of a document, and what it binds."""
        parsed = parse(text)
        assert not validate(self._schema, parsed), (text, validate(self._schema, parsed))
        (operation,) = (node for node in parsed.definitions if isinstance(node, OperationDefinitionNode))
        compiled, values = TableOperation(
            self._schema, parsed, operation, list_arguments(NAMING), self._policy
        ).compile({}, tables)
        assert compiled.statement is not None
        return compiled.statement, values
