"""Tells those who may know why something is not there for a role: an error's `extensions.denied`.

To everybody else "not there" and "not allowed" are one: the same words, and no work beyond them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from graphql import (
    ArgumentNode,
    EnumValueNode,
    FieldNode,
    GraphQLInputObjectType,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectFieldNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    visit,
)
from loguru import logger

from domain.errors import InvalidInputError
from domain.roles import SUPERADMIN
from graph.errors import DocumentError
from graph.role_schema import RoleSchema
from graph.tables.bindings import BoundWrite, binding_of
from graph.tables.denials import Missing, written_by
from graph.tables.wrapping import bare, type_of
from graph.tables.write_answering import VISIBLE, ForbiddenRowError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from graphql import DocumentNode, Node, TypeNode

    from domain.actor import Actor
    from domain.tables.metadata import Action
    from graph.operations import OperationRequest
    from graph.served import SchemaSource
    from graph.tables.denials import Denied
    from graph.tables.wrapping import InputType

    Entries = Sequence[Mapping[str, Any]]

READ_METADATA: Final = "metadata:read"
"""The scope that a restricted API key needs to be told."""


class Denials:
    """Adds to the entries of errors which permission is missing."""

    def __init__(self, schemas: SchemaSource, *, to_everybody: bool = False) -> None:
        self._schemas = schemas
        self._to_everybody = to_everybody

    def told(
        self, entries: Entries, error: Exception, request: OperationRequest, actor: Actor, key: str | None = None
    ) -> Entries:
        """The entries of an error, for this caller; `key` is the response key of the root field that failed."""
        if actor.is_administrator or not (self._to_everybody or (actor.administers and actor.may(READ_METADATA))):
            return entries
        try:
            return self._told(entries, error, request, actor, key)
        except Exception as failure:  # noqa: BLE001 - it explains an error, and must not become one
            logger.opt(exception=failure).error("An error could not be explained.")
            return entries

    def _told(
        self, entries: Entries, error: Exception, request: OperationRequest, actor: Actor, key: str | None
    ) -> Entries:
        finder = self._finder(actor)
        if finder is None:
            return entries
        match error:
            case DocumentError(document=document, causes=causes) if document is not None:
                found = finder.nodes(document, [cause.nodes or () for cause in causes])
                return [_with(entry, denied) for entry, denied in zip(entries, found, strict=True)]
            case InvalidInputError(path=path) if path:
                return [_with(entry, finder.variable(parse(request.query), request, path)) for entry in entries]
            case ForbiddenRowError():
                written = finder.written(parse(request.query), key)
                denied = finder.missing.check(error.violation.table, written) if written else None
                return [_with(entry, denied) for entry in entries]
            case _:
                return entries

    def _finder(self, actor: Actor) -> Finder | None:
        """None where no tables are served at all."""
        served, every = (self._schemas.for_role(role, backend=actor.backend) for role in (actor.role, SUPERADMIN))
        if not isinstance(served.graphql, RoleSchema) or not isinstance(every.graphql, RoleSchema):
            return None
        backend = self._schemas.for_role(actor.role, backend=True).rights
        visible = served.graphql.extensions[VISIBLE]
        return Finder(every.graphql, Missing(actor.role, visible, served.graphql.basis, backend))


class Finder:
    """Looks up in the schema of administrators what is not in that of a role."""

    def __init__(self, schema: RoleSchema, missing: Missing) -> None:
        self._schema = schema
        self.missing = missing

    def nodes(self, document: DocumentNode, wanted: Sequence[Sequence[Node]]) -> list[Denied | None]:
        """What is missing at, or else inside of, one of the nodes, for each of several lists of nodes."""
        visitor = _Lookup(TypeInfo(self._schema), self.missing, {id(node) for nodes in wanted for node in nodes})
        visit(document, TypeInfoVisitor(visitor.types, visitor))
        found = visitor.found
        return [next((found[id(node)] for node in nodes if id(node) in found), None) for nodes in wanted]

    def variable(self, document: DocumentNode, request: OperationRequest, path: tuple[str | int, ...]) -> Denied | None:
        """What is missing at the place in the variables, which begins with the name of one."""
        declared = _declared(document, request)
        if path[0] not in declared:
            return None
        denied: Denied | None = None
        type_ = _type_of(self._schema, declared[str(path[0])])
        for step in path[1:]:
            if isinstance(step, int):
                continue
            parent = bare(type_)
            if not isinstance(parent, GraphQLInputObjectType) or step not in parent.fields:
                return None
            field = parent.fields[step]
            denied, type_ = self.missing.member(binding_of(field), parent.name), type_of(field)
        return denied

    def written(self, document: DocumentNode, key: str | None) -> Action | None:
        """What the root field with that response key does to its table."""
        visitor = _Writes(TypeInfo(self._schema))
        visit(document, TypeInfoVisitor(visitor.types, visitor))
        return visitor.found.get(key)


class _Lookup(Visitor):
    """Walks through a document beside the schema of administrators."""

    def __init__(self, types: TypeInfo, missing: Missing, wanted: AbstractSet[int]) -> None:
        super().__init__()
        self.types = types
        self.found: dict[int, Denied] = {}
        self._missing = missing
        self._wanted = wanted
        self._open: list[int] = []

    def enter(self, node: Node, *_: object) -> None:
        if id(node) in self._wanted:
            self._open.append(id(node))
        denied = self._denied(node) if self._open else None
        if denied is not None:
            for place in self._open:
                self.found.setdefault(place, denied)

    def leave(self, node: Node, *_: object) -> None:
        if self._open and self._open[-1] == id(node):
            self._open.pop()

    def _denied(self, node: Node) -> Denied | None:
        match node:
            case FieldNode():
                field, parent = self.types.get_field_def(), self.types.get_parent_type()
                return self._missing.member(binding_of(field), parent.name) if field and parent else None
            case ArgumentNode():
                return self._argument()
            case ObjectFieldNode(name=name):
                type_ = bare(cast("Any", self.types).get_parent_input_type())
                given = type_.fields.get(name.value) if isinstance(type_, GraphQLInputObjectType) else None
                return self._missing.member(binding_of(given), type_.name) if given else None
            case EnumValueNode():
                value, enum = self.types.get_enum_value(), bare(cast("Any", self.types).get_input_type())
                return self._missing.value(enum.name, value.value) if value else None
            case NamedTypeNode(name=name):
                return self._missing.type(name.value)
            case _:
                return None

    def _argument(self) -> Denied | None:
        """What is missing for an argument of a root field of mutations."""
        field, argument = self.types.get_field_def(), self.types.get_argument()
        bound = binding_of(field) if field else None
        if argument is None or not isinstance(bound, BoundWrite):
            return None
        return self._missing.part(binding_of(argument), bound.table.name)


class _Writes(Visitor):
    """Finds the root fields that change tables."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.found: dict[str | None, Action] = {}

    def enter_field(self, node: FieldNode, *_: object) -> None:
        field = self.types.get_field_def()
        bound = binding_of(field) if field else None
        if isinstance(bound, BoundWrite):
            self.found[(node.alias or node.name).value] = written_by(bound)


def _type_of(schema: RoleSchema, node: TypeNode) -> InputType:
    while isinstance(node, ListTypeNode | NonNullTypeNode):
        node = node.type
    return schema.get_type(cast("NamedTypeNode", node).name.value)


def _declared(document: DocumentNode, request: OperationRequest) -> dict[str, TypeNode]:
    """The types of the variables of the operation."""
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode) and (
            request.operation_name is None or (each.name and each.name.value == request.operation_name)
        ):
            return {one.variable.name.value: one.type for one in each.variable_definitions or ()}
    return {}


def _with(entry: Mapping[str, Any], denied: Denied | None) -> Mapping[str, Any]:
    return entry if denied is None else {**entry, "extensions": {**entry["extensions"], "denied": denied}}
