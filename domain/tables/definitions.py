"""Relationships by hand: what an installation says, as ways from table to table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, assert_never

from domain.tables.inconsistencies import Inconsistency, InconsistentPart
from domain.tables.metadata import ByColumns, ByForeignKey, RelationshipKind
from domain.tables.operators import Operator, operators_of
from domain.tables.relationships import Relationship, is_unique

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from domain.tables.catalog import DataType, Table, TableName
    from domain.tables.metadata import RelationshipDefinition

_FAMILIES: Final = (
    frozenset({"int2", "int4", "int8", "numeric", "float4", "float8"}),
    frozenset({"text", "varchar", "bpchar", "name"}),
    frozenset({"date", "timestamp", "timestamptz"}),
    frozenset({"inet", "cidr"}),
)
"""Types that PostgreSQL compares with one another."""


class MisfitError(Exception):
    """A definition does not fit the catalog; the message says why."""


@dataclass(frozen=True, slots=True)
class Defined:
    """What is defined of one table.

    Attributes:
        given: the ways by the names that they are given.
        renamed: the ways of foreign keys that thereby have a name.
        inconsistencies: the definitions that do not fit.
    """

    given: Mapping[str, Relationship]
    renamed: frozenset[Relationship]
    inconsistencies: tuple[Inconsistency, ...]


def defined_relationships(
    table: Table,
    definitions: Iterable[RelationshipDefinition],
    automatic: Iterable[Relationship],
    served: Mapping[TableName, Table],
) -> Defined:
    """The relationships by hand of one table; `automatic` are those that it has without them.

    `served` has at least those of the `mentioned_tables` that are served.
    """
    automatic = list(automatic)
    given: dict[str, Relationship] = {}
    renamed: set[Relationship] = set()
    misfits: list[Inconsistency] = []
    for definition in definitions:
        try:
            _check_name(definition.name, {*given, *table.by_name})
            match definition.using:
                case ByForeignKey() as using:
                    found = _by_foreign_key(definition, using, automatic)
                    given[definition.name] = replace(found, many=definition.kind is RelationshipKind.ARRAY)
                    renamed.add(found)
                case ByColumns() as using:
                    given[definition.name] = _by_columns(definition, using, table, served)
                case _:
                    assert_never(definition.using)
        except MisfitError as misfit:
            misfits.append(Inconsistency(InconsistentPart.RELATIONSHIP, table.name, definition.name, str(misfit)))
    return Defined(given, frozenset(renamed), tuple(misfits))


def mentioned_tables(definitions: Iterable[RelationshipDefinition]) -> set[TableName]:
    """The tables that definitions are held against, their own apart."""
    return {each.using.target for each in definitions if isinstance(each.using, ByColumns)}


def _check_name(name: str, taken: Container[str]) -> None:
    if name in taken:
        raise MisfitError("Another relationship or a column has this name.")


def _by_foreign_key(
    definition: RelationshipDefinition, using: ByForeignKey, automatic: Iterable[Relationship]
) -> Relationship:
    many = definition.kind is RelationshipKind.ARRAY
    found = [way for way in automatic if way.through is None and _is_meant(way, using, many=many)]
    match found:
        case []:
            raise MisfitError("There is no foreign key of these columns between tables that are served.")
        case [way] if way.many and not many:
            raise MisfitError("Several rows may refer to one row: only an array relationship leads to them.")
        case [way] if many and not way.inverse:
            raise MisfitError("A foreign key leads to one row: only an object relationship follows it.")
        case [way]:
            return way
        case _:
            raise MisfitError("There are several foreign keys of these columns; say the columns of both tables.")


def _is_meant(way: Relationship, using: ByForeignKey, *, many: bool) -> bool:
    referencing = way.target if way.inverse else way.source
    columns = [there if way.inverse else here for here, there in way.columns]
    if referencing != (using.referencing or way.source) or sorted(columns) != sorted(using.columns):
        return False
    # Both sides of a foreign key may be of the table itself.
    return way.source != way.target or way.inverse == (many or using.referencing is not None)


def _by_columns(
    definition: RelationshipDefinition, using: ByColumns, table: Table, served: Mapping[TableName, Table]
) -> Relationship:
    target = served.get(using.target)
    if target is None:
        raise MisfitError(f"{using.target} is not served.")
    if not using.columns:
        raise MisfitError("A relationship needs a pair of columns.")
    for own, other in using.columns:
        _check_columns(table, own, target, other)
    return Relationship(
        constraint=definition.name,
        source=table.name,
        target=target.name,
        columns=using.columns,
        many=definition.kind is RelationshipKind.ARRAY,
        by_hand=True,
        keyed=is_unique(target, (other for _, other in using.columns)),
        inserted_after=using.inserted_after,
    )


def _check_columns(table: Table, own: str, target: Table, other: str) -> None:
    for of, name in ((table, own), (target, other)):
        if name not in of.by_name:
            raise MisfitError(f"{of.name} has no column {name}.")
    if not _can_be_equal(table.by_name[own].type.bare, target.by_name[other].type.bare):
        raise MisfitError(f"{own} and {other} are of types that cannot be compared.")


def _can_be_equal(one: DataType, other: DataType) -> bool:
    """Whether PostgreSQL has an equality for the two types."""
    if Operator.EQ not in operators_of(one) or Operator.EQ not in operators_of(other):
        return False
    if (one.schema, one.name) == (other.schema, other.name):
        return True
    pair = {one.name, other.name}
    return one.schema == other.schema == "pg_catalog" and any(pair <= family for family in _FAMILIES)
