"""The schemas of roles: the platform's own, and beside it what some rights allow with the tables of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import strawberry
from graphql import GraphQLObjectType, GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from graph.mutations import Mutation
from graph.platform_names import ROOTS, GivingWay, platform_fields, taken_names
from graph.queries import Query
from graph.scalars import SCALARS, SHARED
from graph.subscriptions import Subscription
from graph.tables.aspects import Aspects
from graph.tables.basis import BasisMaker
from graph.tables.on_demand import RootFields, TypesByName, with_fields
from graph.tables.types import TableTypes
from graph.tables.write_answering import VISIBLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLField, GraphQLNamedType, GraphQLScalarType

    from domain.tables.model import Model
    from domain.tables.rights import Rights
    from graph.schema import TableOptions
    from graph.tables.basis import Basis


class RoleSchema(GraphQLSchema):
    """The schema of a role, of which only those types are made that documents mention.

    graphql-core's own constructor collects every type there is: of 2000 tables that takes seconds and hundreds of
    megabytes for each role. What walks through all types here walks through those of a `whole` schema made for it.
    """

    def __init__(self, static: GraphQLSchema, basis: Basis, rights: Rights) -> None:
        types = TableTypes(basis, rights)
        # Documents are held against it, and it is valid by construction: to find that out would make every type.
        super().__init__(
            directives=static.directives,
            extensions={**static.extensions, VISIBLE: types.visible},
            description=static.description,
            assume_valid=True,
        )
        self.basis = basis
        self._static, self._rights = static, rights
        holders = basis.holders
        query = RootFields(_own_fields(static.query_type, basis), holders.roots, types.reading_fields)
        mutation = RootFields(_own_fields(static.mutation_type, basis), holders.roots, types.writing_fields)
        self.query_type = with_fields(_root("Query", basis, static.query_type, {}), query)
        self.mutation_type = with_fields(_root("Mutation", basis, static.mutation_type, {}), mutation)
        self.subscription_type = _root("Subscription", basis, static.subscription_type)
        roots = (self.query_type, self.mutation_type, self.subscription_type)
        own = {name: type_ for name, type_ in static.type_map.items() if name not in ROOTS}
        own |= {root.name: root for root in roots}
        by_name = TypesByName(own, holders, types, (query, mutation), lambda: self.whole().type_map)
        self.type_map = cast("dict[str, GraphQLNamedType]", by_name)
        sources = (query.source, mutation.source, self.subscription_type.fields.get)
        self.aspects = Aspects(basis, rights, {root.name: source for root, source in zip(roots, sources, strict=True)})
        self._implementations_map = static._implementations_map  # noqa: SLF001 - tables implement no interface

    def whole(self) -> GraphQLSchema:
        """The same schema with every type made, none of which is shared with this one; slow for many tables."""
        return build_schema(self._static, self.basis, self._rights)


def static_schema(*, tables_first: bool = False) -> GraphQLSchema:
    """The platform's own schema; `tables_first`: with types of whose names no table wants one."""
    config = StrawberryConfig(enable_experimental_incremental_execution=True, scalar_map=SCALARS)
    if tables_first:
        config.name_converter = GivingWay()
    schema = strawberry.Schema(Query, Mutation, Subscription, config=config)
    return schema._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - Strawberry has no other way to it


def basis_of(static: GraphQLSchema, model: Model, options: TableOptions) -> Basis:
    """What the schemas of all roles have in common."""
    return basis_maker(static, options)(model)


def basis_maker(static: GraphQLSchema, options: TableOptions) -> BasisMaker:
    """What makes that of one model after the other."""
    return BasisMaker(
        options.naming,
        taken_names(static, options.naming, tables_first=options.tables_first),
        options.default_schema,
        leaves={type_: cast("GraphQLScalarType", static.type_map[name]) for type_, name in SHARED.items()},
        stringify_numeric_types=options.stringify_numeric_types,
        page_info=cast("GraphQLObjectType | None", static.type_map.get("PageInfo")),
    )


def build_schema(static: GraphQLSchema, basis: Basis, rights: Rights) -> GraphQLSchema:
    """The schema with every type made; slow for many tables."""
    types = TableTypes(basis, rights)
    return GraphQLSchema(
        query=_root("Query", basis, static.query_type, types.query_fields()),
        mutation=_root("Mutation", basis, static.mutation_type, types.mutation_fields()),
        subscription=_root("Subscription", basis, static.subscription_type),
        types=types.named_types(),
        directives=static.directives,
        extensions={**static.extensions, VISIBLE: types.visible},
        description=static.description,
    )


def _root(
    name: str, basis: Basis, own: GraphQLObjectType | None, of_tables: Mapping[str, GraphQLField] | None = None
) -> GraphQLObjectType:
    fields = _own_fields(own, basis) | dict(of_tables or {})
    return GraphQLObjectType(basis.naming.root(name), fields, description=own.description if own else None)


def _own_fields(root: GraphQLObjectType | None, basis: Basis) -> dict[str, GraphQLField]:
    return platform_fields(root, basis.holders.roots, basis.naming)
