"""The argument `path` of JSON columns: given as one text, bound as a list of keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from graphql import GraphQLArgument, GraphQLString

from domain.errors import InvalidInputError
from domain.tables.catalog import TypeKind
from domain.tables.json_paths import read_json_path
from domain.tables.operators import TEXT
from domain.tables.plan import Parameter
from graph.tables.scalars import JSON
from graph.tables.shapes import Leaf

if TYPE_CHECKING:
    from domain.tables.catalog import DataType
    from graph.tables.lower import Lowering
    from graph.tables.selection import Selected
    from graph.tables.shapes import LeafValue

    Path = tuple[str | int, ...]

_ARGUMENT: Final = "path"


@dataclass(frozen=True, slots=True)
class GivenJsonPath:
    """A path among the operation's values, and the place of the keys that are in it.

    Attributes:
        source: the value that is the path.
        target: where its keys are put.
        path: where in the request it stands.
    """

    source: int
    target: int
    path: Path

    def read(self, values: list[LeafValue]) -> None:
        """Put the keys in their place.

        Raises:
            InvalidInputError: it is no path.
        """
        try:
            values[self.target] = list(read_json_path(str(values[self.source])))
        except InvalidInputError as error:
            raise InvalidInputError(error.message, self.path) from None


def arguments_of(type_: DataType) -> dict[str, GraphQLArgument]:
    """The arguments of a column's field."""
    bare = type_.bare
    if bare.kind is not TypeKind.BASE or bare.name not in JSON:
        return {}
    description = "The part to answer, such as `$.city.street[0]` or `['a key']`; all if absent."
    return {_ARGUMENT: GraphQLArgument(GraphQLString, description=description)}


def lower_json_path(lowering: Lowering, selected: Selected, path: Path) -> Parameter | None:
    """The part of a column that a field asks for; None: all of it."""
    leaf = selected.arguments.get(_ARGUMENT)
    if not isinstance(leaf, Leaf):
        return None
    where = (*path, _ARGUMENT)
    target = lowering.reserve(where)
    lowering.json_paths.append(GivenJsonPath(leaf.source, target, where))
    return Parameter(target, TEXT, many=True)
