"""The select stage: a checked document as a tree of fields, merged, with their arguments as trees of plain values.

Fragments are written out, @skip and @include decided, repeated fields merged and defaults filled in (GraphQL
specification, sections 6.3.2 and 6.4.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from graphql import (
    BooleanValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLObjectType,
    InlineFragmentNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    Undefined,
    VariableNode,
    coerce_input_literal,  # pyright: ignore[reportUnknownVariableType] - upstream's types are bare
    visit,
)

from domain.errors import InvalidInputError
from graph.reduced import Mentions
from graph.tables.array_text import array_texts
from graph.tables.coercion import is_scalar_leaf
from graph.tables.scalars import as_text
from graph.tables.wrapping import bare, item_of, nullable, type_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from graphql import DocumentNode, GraphQLField, SelectionSetNode, ValueNode

    from graph.tables.shapes import Constants, Tree
    from graph.tables.wrapping import InputType

    Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Selected:
    """One field of an object type as the operation asks for it.

    Attributes:
        key: its response key.
        field: its definition; None for `__typename`, `__schema` and `__type`.
        arguments: its arguments as trees; absent ones are not in it.
        below: the fields of its own type, in order.
        type_name: the object type it stands in.
        name: the field's own name.
    """

    key: str
    field: GraphQLField | None
    arguments: Mapping[str, Tree]
    below: tuple[Selected, ...]
    type_name: str
    name: str = ""


class Selector:
    """Reads selections of one document for one set of variables."""

    def __init__(
        self, document: DocumentNode, variables: Mapping[str, Tree], constants: Constants, *, every: bool = False
    ) -> None:
        """`constants` receives the leaves of literals; with `every`, what @skip leaves out is there too."""
        self._every = every
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._variables = variables
        self._constants = constants

    def roots(self, selection_set: SelectionSetNode, type_: GraphQLObjectType) -> dict[str, list[FieldNode]]:
        """The root fields by response key, with every mention of each."""
        return self._grouped([selection_set], type_)

    def field(self, key: str, nodes: Sequence[FieldNode], type_: GraphQLObjectType, above: Path = ()) -> Selected:
        """One field with its arguments and everything below it; `above` are the response keys that lead to it.

        Raises:
            InvalidInputError: for a literal that cannot be bound; `path` leads to it.
        """
        name = nodes[0].name.value
        definition = type_.fields.get(name)
        if definition is None:
            return Selected(key, None, {}, (), type_.name)
        path = (*above, key)
        inner = bare(type_of(definition))
        below: tuple[Selected, ...] = ()
        if isinstance(inner, GraphQLObjectType):
            sets = [node.selection_set for node in nodes if node.selection_set]
            below = tuple(self.field(k, n, inner, path) for k, n in self._grouped(sets, inner).items())
        return Selected(key, definition, self._arguments(nodes[0], definition, path), below, type_.name, name)

    def _grouped(self, sets: Iterable[SelectionSetNode], type_: GraphQLObjectType) -> dict[str, list[FieldNode]]:
        grouped: dict[str, list[FieldNode]] = {}
        visited: set[str] = set()
        for selection_set in sets:
            for node in self._fields(selection_set, type_, visited):
                grouped.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        return grouped

    def _fields(
        self, selection_set: SelectionSetNode, type_: GraphQLObjectType, visited: set[str]
    ) -> Iterator[FieldNode]:
        for selection in selection_set.selections:
            if not (self._every or self._is_included(selection)):
                continue
            match selection:
                case FieldNode():
                    yield selection
                case InlineFragmentNode(type_condition=condition):
                    if condition is None or condition.name.value == type_.name:
                        yield from self._fields(selection.selection_set, type_, visited)
                case FragmentSpreadNode(name=name) if name.value not in visited:
                    visited.add(name.value)
                    fragment = self._fragments[name.value]
                    if fragment.type_condition.name.value == type_.name:
                        yield from self._fields(fragment.selection_set, type_, visited)
                case _:
                    pass

    def _is_included(self, selection: Any) -> bool:  # noqa: ANN401 - any node that may carry directives
        for directive in selection.directives or ():
            name = directive.name.value
            if name in {"skip", "include"} and self._condition(directive.arguments[0].value) is (name == "skip"):
                return False
        return True

    def _condition(self, node: ValueNode) -> bool:
        if isinstance(node, VariableNode):
            return self._variables.get(node.name.value) is True
        return cast("BooleanValueNode", node).value

    def _arguments(self, node: FieldNode, definition: GraphQLField, path: Path) -> dict[str, Tree]:
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        arguments: dict[str, Tree] = {}
        for name, argument in definition.args.items():
            value = self._value(given[name], type_of(argument), (*path, name)) if name in given else Undefined
            if value is Undefined and argument.default_value is not Undefined:
                value = argument.default_value
            if value is not Undefined:
                arguments[name] = value
        return arguments

    def _value(self, node: ValueNode, type_: InputType, path: Path) -> Tree:
        if isinstance(node, VariableNode):
            return self._variables.get(node.name.value, Undefined)
        if isinstance(node, NullValueNode):
            return None
        type_ = nullable(type_)
        match type_:
            case GraphQLList():
                return self._list(node, item_of(type_), path)
            case GraphQLInputObjectType():
                return self._members(cast("ObjectValueNode", node), type_, path)
            case _ if is_scalar_leaf(type_):
                return self._constants.add(_text(node, type_, path))
            case _:
                return coerce_input_literal(node, type_)

    def _list(self, node: ValueNode, item: InputType, path: Path) -> Tree:
        items = node.values if isinstance(node, ListValueNode) else (node,)
        scalar = nullable(item)
        if scalar is item and isinstance(node, StringValueNode) and (texts := _array(node.value, path)) is not None:
            return self._constants.add(texts)
        if is_scalar_leaf(scalar) and not any(isinstance(value, VariableNode) for value in items):
            return self._constants.add(
                [
                    None if isinstance(value, NullValueNode) else _text(value, scalar, (*path, index))
                    for index, value in enumerate(items)
                ]
            )
        trees = [self._value(value, item, (*path, index)) for index, value in enumerate(items)]
        return [None if tree is Undefined else tree for tree in trees]

    def _members(self, node: ObjectValueNode, type_: GraphQLInputObjectType, path: Path) -> dict[str, Tree]:
        members: dict[str, Tree] = {}
        for member in node.fields:
            name = member.name.value
            value = self._value(member.value, type_of(type_.fields[name]), (*path, name))
            if value is not Undefined:
                members[name] = value
        return members


def _text(node: ValueNode, type_: Any, path: Path) -> str:  # noqa: ANN401 - a scalar type
    if _has_variable(node):
        raise InvalidInputError(f"A literal of type {type_.name} cannot hold a variable; give it whole.", path)
    try:
        return as_text(coerce_input_literal(node, type_))
    except GraphQLError as error:
        raise InvalidInputError(error.message, path) from None


def _array(text: str, path: Path) -> list[str | None] | None:
    """The items of an array column's value that is given as PostgreSQL writes it."""
    try:
        return array_texts(text)
    except GraphQLError as error:
        raise InvalidInputError(error.message, path) from None


def _has_variable(node: ValueNode) -> bool:
    if not isinstance(node, ListValueNode | ObjectValueNode):
        return False
    finder = Mentions()
    visit(node, finder)
    return bool(finder.variables)
