"""From the text of a document to a checked one: tokens, limits, validation; every document once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from graphql import (
    GraphQLError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule

from domain.bounded import BoundedCache
from graph.errors import DocumentError, document_entry
from graph.limits import check_document, invalid_document
from graph.operations import OperationKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import DocumentNode, GraphQLSchema

    from graph.limits import Limits
    from graph.tables.compiler import TableOperation
    from graph.tables.write_compiler import WriteOperation

MAX_ERRORS: Final = 20
"""Validation stops there; nobody reads more."""
KINDS: Final = {
    OperationType.QUERY: OperationKind.QUERY,
    OperationType.MUTATION: OperationKind.MUTATION,
    OperationType.SUBSCRIPTION: OperationKind.SUBSCRIPTION,
}


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """A document that parses, is within the limits and valid against one schema."""

    node: DocumentNode
    operations: Mapping[str | None, OperationDefinitionNode]
    over_tables: dict[str | None, TableOperation] = field(default_factory=dict[str | None, "TableOperation"])
    """Filled by the executor with the operations that have been asked for."""
    writes: dict[str | None, WriteOperation] = field(default_factory=dict[str | None, "WriteOperation"])
    """The same for mutations."""

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation of that name, or the only one where `name` is None.

        Raises:
            DocumentError: if there is none, or if the choice is open.
        """
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        found = self.operations.get(name)
        if found is not None:
            return found
        if name is None:
            raise invalid_document("Name the operation: the document has several.")
        raise invalid_document("The document has no operation of the given name.")

    def kind(self, name: str | None) -> OperationKind:
        """The kind of the operation of that name; raises like `operation`."""
        return KINDS[self.operation(name).operation]


class Documents:
    """Checks documents against the limits and a schema and remembers the good ones."""

    def __init__(self, limits: Limits, *, introspection: bool) -> None:
        self._limits = limits
        self._rules = (
            *specified_rules,
            MaybeNullValidationRule,
            *(() if introspection else (NoSchemaIntrospectionCustomRule,)),
        )
        self._checked: BoundedCache[tuple[str, str, str], CheckedDocument] = BoundedCache(
            max_entries=1000, max_weight=1_000_000
        )

    def check(self, query: str, schema: GraphQLSchema, role: str, version: str) -> CheckedDocument:
        """The checked document of a query text.

        Raises:
            DocumentError: with everything that is wrong with it.
        """
        key = (query, role, version)
        checked = self._checked.find(key)
        if checked is None:
            checked = self._check(query, schema)
            self._checked.add(key, checked, weight=len(query))
        return checked

    def _check(self, query: str, schema: GraphQLSchema) -> CheckedDocument:
        try:
            limit = self._limits.max_tokens
            node = parse(query, max_lexical_tokens=limit, max_comments=limit)
            check_document(node, self._limits)
            errors = validate(schema, node, self._rules, max_errors=MAX_ERRORS, hide_suggestions=True)
        except GraphQLError as error:
            raise DocumentError([document_entry(error)]) from None
        except RecursionError:
            # Chains of a thousand fragments stay within the limits of depth and still exhaust the stack.
            raise invalid_document("The document is nested too deeply.") from None
        if errors:
            raise DocumentError([document_entry(error) for error in errors])
        operations = {
            definition.name.value if definition.name else None: definition
            for definition in node.definitions
            if isinstance(definition, OperationDefinitionNode)
        }
        if not operations:
            raise invalid_document("The document has no operation.")
        return CheckedDocument(node=node, operations=operations)
