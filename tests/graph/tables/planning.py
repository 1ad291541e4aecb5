"""A small schema written by hand, and documents over it as far as a selection or a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import OperationDefinitionNode, parse, validate

from domain.tables.catalog import Column, DataType, TypeKind
from domain.tables.model import build_model
from domain.tables.rights import Unrestricted
from graph.role_schema import basis_of, build_schema, static_schema
from graph.schema import TableOptions
from graph.tables.coercion import VariableCoercer
from graph.tables.compiler import variables_of
from graph.tables.lower import Lowering
from graph.tables.naming import CamelNaming
from graph.tables.selection import Selector
from graph.tables.shapes import Constants
from graph.tables.types import list_arguments
from tests.domain.tables.catalogs import TEXT, array, base, catalog, reference, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLObjectType, GraphQLSchema

    from domain.tables.catalog import Table
    from domain.tables.plan import Plan
    from graph.tables.selection import Selected

MOOD = DataType("public", "mood", TypeKind.ENUM, labels=("sad", "happy"))


def with_columns(of: Table, **types: DataType) -> Table:
    """The table with further columns that may be NULL."""
    further = tuple(Column(name, type_, type_.name, nullable=True) for name, type_ in types.items())
    return type(of)(of.name, of.kind, of.columns + further, None, of.primary_key, of.unique_keys, of.foreign_keys)


ARTIST = with_columns(table("artist"), name=TEXT, mood=MOOD, live=base("bool"), tags=array(TEXT), moods=array(MOOD))
ALBUM = with_columns(table("album", "id artist_id", reference("f", "artist_id", "artist")), title=TEXT)


def small_schema() -> GraphQLSchema:
    static = static_schema()
    basis = basis_of(static, build_model(catalog(ALBUM, ARTIST)), TableOptions(CamelNaming(), "public"))
    return build_schema(static, basis, Unrestricted())


SCHEMA = small_schema()


class Read:
    """One document read for one set of variables."""

    def __init__(self, query: str, variables: Mapping[str, Any] | None = None) -> None:
        document = parse(query)
        assert not validate(SCHEMA, document)
        operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
        coercer = VariableCoercer(variables_of(SCHEMA, operation))
        shapes, leaves = coercer.coerce(variables or {})
        self._constants = Constants(len(leaves))
        self._leaves = leaves
        root: GraphQLObjectType | None = SCHEMA.query_type
        assert root is not None
        selector = Selector(document, coercer.trees(shapes), self._constants)
        groups = selector.roots(operation.selection_set, root)
        self.selected: list[Selected] = [selector.field(key, nodes, root) for key, nodes in groups.items()]

    @property
    def values(self) -> list[Any]:
        """All values of the operation, numbered as plans name them."""
        return [*self._leaves, *self._constants.values]

    def plan(self) -> Plan:
        return self.lowering()[1]

    def lowering(self) -> tuple[Lowering, Plan]:
        lowering = Lowering(list_arguments(CamelNaming()), self._constants)
        return lowering, lowering.plan(self.selected)
