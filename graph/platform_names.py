"""The platform's own names in the schema, and how they give way to those of tables where they are to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from graphql import is_introspection_type
from strawberry.schema.name_converter import NameConverter
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.union import StrawberryUnion

from graph.tables.names import Taken

if TYPE_CHECKING:
    from collections.abc import Container

    from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema
    from strawberry.directive import StrawberryDirective
    from strawberry.types.base import StrawberryType

    from graph.tables.naming import Naming

ROOTS: Final = ("Query", "Mutation", "Subscription")
_SHARED: Final = frozenset({*ROOTS, "PageInfo"})
_BUILT_IN: Final = frozenset({"Int", "Float", "String", "Boolean", "ID"})


class GivingWay(NameConverter):
    """Names the platform's types so that no table wants their names: `User` becomes `PlatformUser`."""

    def from_type(self, type_: StrawberryType | StrawberryDirective[Any]) -> str:
        """The name of a type; those that tables share with the platform, such as scalars, keep theirs."""
        name = super().from_type(type_)  # pyright: ignore[reportUnknownMemberType] - upstream's parameter is bare
        own = isinstance(type_, StrawberryObjectDefinition | StrawberryEnumDefinition | StrawberryUnion)
        return f"Platform{name}" if own and name not in _SHARED else name


def taken_names(static: GraphQLSchema, naming: Naming, *, tables_first: bool = False) -> Taken:
    """The names of the platform's own schema that no table gets.

    Args:
        static: that schema.
        naming: how the names of tables are spelled.
        tables_first: whether a root field gives way to a table: the name that it gets then is kept for it.
    """
    roots = (static.query_type, static.mutation_type, static.subscription_type)
    fields = frozenset(name for root in roots if root for name in root.fields)
    types = frozenset(name for name, type_ in static.type_map.items() if not is_introspection_type(type_))
    return Taken(
        fields=frozenset(_evaded(name, naming) for name in fields) if tables_first else fields,
        types=types | _BUILT_IN | {naming.root(name) for name in ROOTS},
    )


def platform_fields(root: GraphQLObjectType | None, wanted: Container[str], naming: Naming) -> dict[str, GraphQLField]:
    """The platform's fields of a root, those under another name that tables want."""
    fields: dict[str, GraphQLField] = root.fields if root else {}
    return {_evaded(name, naming) if name in wanted else name: field for name, field in fields.items()}


def _evaded(name: str, naming: Naming) -> str:
    """`users` -> `platformUsers`."""
    return naming.field("platform", name)
