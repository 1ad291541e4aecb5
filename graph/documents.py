"""From the text of a document to a checked one: tokens, limits, validation; every document once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from graphql import (
    GraphQLError,
    NoSchemaIntrospectionCustomRule,
    NoUnusedVariablesRule,
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
from graph.tables.footprint import Footprint
from graph.tables.offsets import without_quotes
from graph.tables.survey import Mentions, Survey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import ASTValidationRule, DocumentNode

    from graph.limits import Limits
    from graph.served import ServedSchema
    from graph.tables.compiler import CompiledCache, TableOperation
    from graph.tables.write_compiler import CompiledWritesCache, WriteOperation

MAX_ERRORS: Final = 20
"""Validation stops there; nobody reads more."""
MAX_DOCUMENTS: Final = 1000
MAX_CHARACTERS: Final = 1_000_000
"""Of the checked documents that are remembered."""
KINDS: Final = {
    OperationType.QUERY: OperationKind.QUERY,
    OperationType.MUTATION: OperationKind.MUTATION,
    OperationType.SUBSCRIPTION: OperationKind.SUBSCRIPTION,
}


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """A document that parses, is within the limits and valid against one version of one schema."""

    node: DocumentNode
    operations: Mapping[str | None, OperationDefinitionNode]
    kinds: Mapping[str | None, OperationKind]
    """Of the operations, by their names; by None too where there is only one."""
    version: str
    """Of the schema that it is valid against now."""
    footprint: Footprint = field(default_factory=Footprint)
    """What of the schema it depends on, as far as it is known."""
    over_tables: dict[str | None, TableOperation] = field(default_factory=dict[str | None, "TableOperation"])
    """Filled by the executor with the operations that have been asked for."""
    writes: dict[str | None, WriteOperation] = field(default_factory=dict[str | None, "WriteOperation"])
    """The same for mutations."""
    compiled: dict[str | None, CompiledCache] = field(default_factory=dict[str | None, "CompiledCache"])
    """What the operations are compiled to, which says nothing that the footprint does not hold."""
    compiled_writes: dict[str | None, CompiledWritesCache] = field(
        default_factory=dict[str | None, "CompiledWritesCache"]
    )
    """The same for mutations."""

    def survey(self, served: ServedSchema) -> Survey | None:
        """What adds to the footprint; None if the document depends on all of the schema."""
        return None if served.aspects is None else Survey(self.footprint, served.aspects)

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
        kind = self.kinds.get(name)
        return KINDS[self.operation(name).operation] if kind is None else kind


class Documents:
    """Checks documents against the limits and a schema and remembers the good ones."""

    def __init__(self, limits: Limits, *, introspection: bool) -> None:
        self._limits = limits
        self._rules = (
            # A variable that is not used does no harm, and clients of Hasura send such.
            *(rule for rule in specified_rules if rule is not NoUnusedVariablesRule),
            MaybeNullValidationRule,
            *(() if introspection else (NoSchemaIntrospectionCustomRule,)),
        )
        self._checked: BoundedCache[tuple[str, str, bool], CheckedDocument] = BoundedCache(
            max_entries=MAX_DOCUMENTS, max_weight=MAX_CHARACTERS
        )
        self._version = ""

    @property
    def remembered(self) -> int:
        """How many documents are remembered."""
        return len(self._checked)

    def check(self, query: str, served: ServedSchema) -> CheckedDocument:
        """The checked document of a query text.

        Raises:
            DocumentError: with everything that is wrong with it.
        """
        key = (query, served.role, served.backend)
        checked = self._checked.find(key)
        if checked is None or checked.version != served.version:
            self._let_go(served.version)
            if checked is not None and served.aspects is not None and checked.footprint.holds(served.aspects):
                checked = replace(checked, version=served.version, over_tables={}, writes={})
            else:
                checked = self._check(query, served)
            self._checked.add(key, checked, weight=len(query))
        return checked

    def _let_go(self, version: str) -> None:
        """Refer to no schema of an older version, of which rarely used documents would keep many."""
        if version != self._version:
            for checked in self._checked.values():
                checked.over_tables.clear()
                checked.writes.clear()
            self._version = version

    def _check(self, query: str, served: ServedSchema) -> CheckedDocument:
        footprint, rules = Footprint(), self._rules
        if served.aspects is not None:
            survey = Survey(footprint, served.aspects)
            rules = (*rules, cast("type[ASTValidationRule]", partial(Mentions, survey=survey)))
        try:
            limit = self._limits.max_tokens
            node = parse(query, max_lexical_tokens=limit, max_comments=limit)
            check_document(node, self._limits)
            node = without_quotes(node, query)
            errors = validate(served.graphql, node, rules, max_errors=MAX_ERRORS, hide_suggestions=True)
        except GraphQLError as error:
            raise DocumentError([document_entry(error)]) from None
        except RecursionError:
            # Chains of a thousand fragments stay within the limits of depth and still exhaust the stack.
            raise invalid_document("The document is nested too deeply.") from None
        if errors:
            raise DocumentError([document_entry(error) for error in errors], node, errors)
        operations = {
            definition.name.value if definition.name else None: definition
            for definition in node.definitions
            if isinstance(definition, OperationDefinitionNode)
        }
        if not operations:
            raise invalid_document("The document has no operation.")
        kinds = {name: KINDS[operation.operation] for name, operation in operations.items()}
        if len(kinds) == 1:
            kinds[None] = next(iter(kinds.values()))
        return CheckedDocument(node, operations, kinds, served.version, footprint)
