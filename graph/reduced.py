"""A part of an operation as a document of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    visit,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphql import Node, SelectionNode


class Mentions(Visitor):
    """Visits nodes and gathers the names of the variables and fragments that they mention."""

    def __init__(self) -> None:
        super().__init__()
        self.variables: set[str] = set()
        self.fragments: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        """Take note of a variable."""
        self.variables.add(node.name.value)

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        """Take note of a fragment."""
        self.fragments.add(node.name.value)


def with_selections(
    document: DocumentNode, operation: OperationDefinitionNode, selections: Iterable[SelectionNode]
) -> DocumentNode:
    """A document of this operation with some of its root fields, and the variables and fragments that they need."""
    nodes = tuple(selections)
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    mentions, needed = Mentions(), dict[str, FragmentDefinitionNode]()
    rest: list[Node] = [*nodes, *(operation.directives or ())]
    while rest:
        visit(rest.pop(), mentions)
        found = {name: fragments[name] for name in mentions.fragments if name not in needed}
        needed |= found
        rest += found.values()
    reduced = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=tuple(
            each for each in operation.variable_definitions or () if each.variable.name.value in mentions.variables
        ),
        directives=operation.directives,
        selection_set=SelectionSetNode(selections=nodes),
        loc=operation.loc,
    )
    return DocumentNode(definitions=(reduced, *needed.values()))
