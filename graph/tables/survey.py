"""Finds out what a document mentions, while it is held against a schema and compiled."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, cast

from graphql import ASTValidationRule

from domain.tables.catalog import Column, DataType, Function, Table
from domain.tables.relationships import Relationship
from graph.tables.bindings import (
    BoundAggregate,
    BoundArgument,
    BoundArguments,
    BoundComputed,
    BoundComputedAggregate,
    BoundRelationship,
    BoundRoot,
    BoundWrite,
    binding_of,
)
from graph.tables.footprint import MAX_TABLES
from graph.tables.wrapping import bare, type_of

if TYPE_CHECKING:
    from graphql import ArgumentNode, FieldNode, NamedTypeNode, ObjectFieldNode, ValidationContext

    from domain.tables.catalog import TableName
    from domain.tables.plan import Plan
    from domain.tables.writes import WritePlan
    from graph.tables.aspects import Aspects
    from graph.tables.bindings import Binding
    from graph.tables.footprint import Footprint


class Survey:
    """Adds to a footprint what is mentioned, as one version of a schema has it."""

    def __init__(self, footprint: Footprint, aspects: Aspects) -> None:
        self._footprint = footprint
        self._aspects = aspects

    def table(self, name: TableName) -> None:
        """A table is mentioned."""
        if name not in self._footprint.tables and len(self._footprint.tables) <= MAX_TABLES:
            self._footprint.tables[name] = self._aspects.table(name)

    def way(self, way: Relationship) -> None:
        """A relationship is mentioned, and so are the tables along it."""
        for name in (way.source, *way.tables):
            self.table(name)

    def functions(self) -> None:
        """A function is mentioned."""
        self._footprint.functions[:] = [self._aspects.functions()]

    def root(self, type_name: str, name: str) -> None:
        """A field of a root type is mentioned."""
        self._footprint.roots[type_name, name] = self._aspects.root(type_name, name)

    def type(self, name: str) -> None:
        """A type is come upon, whatever its name is."""
        owner = self._aspects.owner(name)
        if owner is not None:
            self.table(owner)

    def named(self, name: str) -> None:
        """A type is called by its name."""
        self.type(name)
        self._footprint.types[name] = self._aspects.type(name)

    def binding(self, binding: Binding | None) -> None:
        """A field is mentioned that stands for something."""
        match binding:
            case BoundRelationship(way) | BoundAggregate(way):
                self.way(way)
            case BoundRoot(function=function) if function is not None:
                self.functions()
            case BoundRoot(table=table) | BoundWrite(table=table):
                self.table(table.name)
            case BoundComputed() | BoundComputedAggregate() | BoundArguments() | BoundArgument():
                self.functions()
            case _:
                pass

    def plan(self, plan: Plan | WritePlan) -> None:
        """All tables, relationships and functions of a plan are mentioned."""
        rest: list[object] = [plan.roots]
        while rest:
            part = rest.pop()
            if isinstance(part, Table):
                self.table(part.name)
            elif isinstance(part, Relationship):
                self.way(part)
            elif isinstance(part, Function):
                self.functions()
            elif isinstance(part, tuple):
                rest.extend(cast("tuple[object, ...]", part))
            elif is_dataclass(part) and not isinstance(part, Column | DataType):
                rest.extend(getattr(part, each.name) for each in fields(part))


class Mentions(ASTValidationRule):
    """A rule of validation that refuses nothing and surveys the document on the way."""

    def __init__(self, context: ValidationContext, survey: Survey) -> None:
        super().__init__(context)
        self._types = context
        self._survey = survey
        roots = (context.schema.query_type, context.schema.mutation_type, context.schema.subscription_type)
        self._roots = {root.name for root in roots if root}

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """A field, the tables that it leads to and the type that it has."""
        parent = self._types.get_parent_type()
        if parent is not None and parent.name in self._roots:
            self._survey.root(parent.name, node.name.value)
        self._note(self._types.get_field_def())

    def enter_argument(self, _node: ArgumentNode, *_: object) -> None:
        """An argument and the type that it has."""
        self._note(self._types.get_argument())

    def enter_object_field(self, node: ObjectFieldNode, *_: object) -> None:
        """The field of an input object, the tables that it leads to and the type that it has."""
        parent = bare(cast("Any", self._types).get_parent_input_type())
        self._note(getattr(parent, "fields", {}).get(node.name.value))

    def enter_named_type(self, node: NamedTypeNode, *_: object) -> None:
        """The type of a variable or of a fragment."""
        self._survey.named(node.name.value)

    def _note(self, field: Any) -> None:  # noqa: ANN401 - a field, an argument, an input field or None
        if field is not None:
            self._survey.binding(binding_of(field))
            self._survey.type(bare(type_of(field)).name)
