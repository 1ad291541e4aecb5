"""GraphQL's wrapping types, named once: graphql-core leaves their parameters open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast

from graphql import GraphQLList, GraphQLNamedType, GraphQLNonNull

if TYPE_CHECKING:
    from graphql import GraphQLArgument, GraphQLField, GraphQLInputField

# Input and output types as graphql-core has them are unions with bare generics in them, which no strict checker can
# know anything of; `Any` says the same in one place, and the functions below bring the checkers back in.
InputType: TypeAlias = Any
OutputType: TypeAlias = Any


def nullable(type_: InputType) -> InputType:
    """The type without the mark that it is not null."""
    return item_of(type_) if isinstance(type_, GraphQLNonNull) else type_


def item_of(type_: InputType) -> InputType:
    """What a list or a mark wraps."""
    return type_.of_type


def bare(type_: InputType | OutputType) -> GraphQLNamedType:
    """The named type under all lists and marks."""
    while isinstance(type_, GraphQLNonNull | GraphQLList):
        type_ = item_of(type_)
    return cast("GraphQLNamedType", type_)


def list_of(item: InputType | OutputType) -> Any:  # noqa: ANN401 - see above
    """A list of items that are not null."""
    return GraphQLList(GraphQLNonNull(item))


def type_of(field: GraphQLArgument | GraphQLField | GraphQLInputField) -> Any:  # noqa: ANN401 - see above
    """The type of a field or an argument."""
    return cast("Any", field).type
