"""What the schemas of all roles have in common: how everything is named, and the types of columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from graphql import GraphQLList

from domain.kept import KeptMapping, KeptValue
from domain.tables.aggregates import FLOAT8, Function, result_type, takes
from domain.tables.catalog import DataType, TypeKind
from domain.tables.operators import operand_type, operators_of
from domain.tables.vectors import is_vector
from graph.tables.columns import ColumnTypes
from graph.tables.connection_types import page_info_type
from graph.tables.function_names import FunctionNamer
from graph.tables.holders import Holders, SourcesByTarget
from graph.tables.names import CatalogNamer, direction_type
from graph.tables.naming import AnyOf
from graph.tables.vectors import distance_name, metric_name, ordering_name
from graph.tables.wrapping import bare

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from graphql import GraphQLObjectType

    from domain.tables.catalog import Catalog, TableName
    from domain.tables.model import Model
    from graph.tables.columns import Leaf
    from graph.tables.function_names import FunctionNames
    from graph.tables.names import TableNames, Taken
    from graph.tables.naming import Naming

_EVERYWHERE = (FLOAT8, *(DataType("pg_catalog", name, TypeKind.BASE) for name in ("int4", "bool", "text")))
"""What is computed of any rows, and what any value can be compared as."""


@dataclass(frozen=True)
class Basis:
    """A model with its names; no role's schema has another name for anything.

    Attributes:
        model: what is served.
        naming: how names are spelled.
        names: of every table.
        functions: the names of what calls functions.
        columns: the types of columns.
        holders: whose each name is.
        page_info: the type that says where a page stands.
        stringify_numeric_types: whether numbers that JavaScript cannot hold are answered as strings.
    """

    model: Model
    naming: Naming
    names: Mapping[TableName, TableNames]
    functions: FunctionNames
    columns: ColumnTypes
    holders: Holders
    page_info: GraphQLObjectType
    stringify_numeric_types: bool = False


class BasisMaker:
    """Makes the bases of models, one after the other, and names only what has changed since the last one."""

    def __init__(
        self,
        naming: Naming,
        taken: Taken,
        default_schema: str,
        *,
        leaves: Mapping[tuple[str, str], Leaf],
        stringify_numeric_types: bool,
        page_info: GraphQLObjectType | None = None,
    ) -> None:
        """Settle how everything is named.

        Args:
            naming: how names are spelled.
            taken: names that the schema has already.
            default_schema: whose tables are named without a prefix.
            leaves: types that the schema has already, by schema and name of the PostgreSQL type.
            stringify_numeric_types: whether numbers that JavaScript cannot hold are answered as strings.
            page_info: the type that the schema has for the places of pages.
        """
        self._naming = naming
        self._taken = taken
        self._default_schema = default_schema
        self._leaves = leaves
        self._stringify_numeric_types = stringify_numeric_types
        self._page_info = page_info or page_info_type()
        self._name = CatalogNamer(naming, taken, default_schema)
        self._sources = SourcesByTarget()
        self._types = _TypesOfColumns()

    def __call__(self, model: Model) -> Basis:
        """Name everything in a model."""
        naming, names = self._naming, self._name(model)
        fields = AnyOf(names.owners, self._taken.fields)
        functions = FunctionNamer(names.tables, naming, fields, names.types).name(model.functions, self._default_schema)
        columns = ColumnTypes(AnyOf(names.types, functions.types), self._leaves, names.tables)
        shared, everywhere = _name_shared(self._types(model.catalog), model, columns, naming)
        sources = self._sources(model)
        return Basis(
            model=model,
            naming=naming,
            names=names.tables,
            functions=functions,
            columns=columns,
            holders=Holders(model, naming, names, functions, sources=sources, shared=shared, everywhere=everywhere),
            page_info=self._page_info,
            stringify_numeric_types=self._stringify_numeric_types,
        )


class _TypesOfColumns:
    """The types of all columns, each once and in the order of the catalog, of one catalog after the other."""

    def __init__(self) -> None:
        self._of_tables: KeptMapping[TableName, tuple[DataType, ...]] = KeptMapping(attrgetter("types"), compares=True)
        self._distinct = KeptValue(_distinct)

    def __call__(self, catalog: Catalog) -> Collection[DataType]:
        """Those of a catalog."""
        return self._distinct(self._of_tables(catalog.by_name))


def _distinct(of_tables: Mapping[TableName, tuple[DataType, ...]]) -> Collection[DataType]:
    # Nearly all tables share the objects; to hash each again, which is a call in Python, is what would take time.
    by_identity = {id(type_): type_ for types in of_tables.values() for type_ in types}
    return dict.fromkeys(by_identity.values())


def _name_shared(
    of_columns: Collection[DataType], model: Model, columns: ColumnTypes, naming: Naming
) -> tuple[dict[str, list[DataType]], frozenset[str]]:
    """Name the types that tables share: the types of values with which each comes, and those that come with any.

    This is done for all at once and in the order of the catalog, so that no name depends on who asks for what first.
    """
    shared: dict[str, list[DataType]] = {}
    everywhere = {direction_type(naming), "PageInfo"}
    for type_ in of_columns:
        for name in _names_with(type_, columns, naming):
            shared.setdefault(name, []).append(type_)
    for type_ in _EVERYWHERE:
        everywhere.update(_names_with(type_, columns, naming))
    for type_ in filter(partial(takes, Function.SUM), of_columns):
        for name in _names_with(result_type(Function.SUM, type_), columns, naming):
            shared.setdefault(name, []).append(type_)
    for type_ in dict.fromkeys(_of_functions(model)):
        for name in _names_with(type_, columns, naming):
            shared.setdefault(name, []).append(type_)
    return shared, frozenset(everywhere)


def _of_functions(model: Model) -> Iterator[DataType]:
    """The types of what is given to functions and returned by them."""
    for fields in model.functions.computed.values():
        for field in fields:
            yield from field.types
    for function in model.functions.roots:
        yield from (argument.type for _, _, argument in function.given)


def _names_with(type_: DataType, columns: ColumnTypes, naming: Naming) -> Iterator[str]:
    """The names of a type, of the tests of its values and of what they are compared with."""
    value = columns.of(type_)
    yield bare(value).name
    yield columns.comparison_name(value, naming)
    if not isinstance(value, GraphQLList):
        yield columns.cast_name(value, naming)
    if is_vector(type_):
        yield metric_name(columns, naming)
        yield distance_name(value, columns, naming)
        yield ordering_name(value, columns, naming)
    for operator in operators_of(type_):
        yield bare(columns.of(operand_type(operator, type_))).name
