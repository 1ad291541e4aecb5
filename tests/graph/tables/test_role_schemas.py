"""The schema of a role holds what its rights allow, under the names that everybody's has, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    parse,
    print_type,
    validate,
    validate_schema,
)

from domain.tables.catalog import Column, DataType, TypeKind
from domain.tables.model import build_model
from domain.tables.operators import Operator
from domain.tables.plan import EVERYTHING, Comparison, Parameter
from domain.tables.rights import TableRights, Unrestricted
from graph.role_schema import basis_of, build_schema, static_schema
from graph.schema import TableOptions
from graph.tables.naming import CamelNaming
from tests.domain.tables.catalogs import INTEGER, TEXT, catalog, column, reference, table
from tests.graph.tables.planning import with_columns
from tests.graph.tables.rights import GivenRights, deletes, inserts, reads, updates

if TYPE_CHECKING:
    from graphql import GraphQLSchema

    from domain.tables.rights import Rights

MOOD = DataType("public", "mood", TypeKind.ENUM, labels=("sad", "happy"))
NUMERIC = DataType("public", "numeric", TypeKind.ENUM, labels=("one",))
# The names of two types clash: `public.numeric` and PostgreSQL's own.
SECRET = with_columns(table("secret", "id artist_id", reference("s", "artist_id", "artist")), odd=NUMERIC, mood=MOOD)
ARTIST = with_columns(
    table("artist", "id label_id", reference("l", "label_id", "label"), unique=("label_id",)),
    name=TEXT,
    price=DataType("pg_catalog", "numeric", TypeKind.BASE),
    live=DataType("pg_catalog", "bool", TypeKind.BASE),
)
LABEL = with_columns(table("label"), title=TEXT)
STATIC = static_schema()
BASIS = basis_of(STATIC, build_model(catalog(SECRET, ARTIST, LABEL)), TableOptions(CamelNaming(), "public"))
OWN = Comparison(column("id"), Operator.EQ, Parameter(0, INTEGER))


def schema_for(rights: Rights) -> GraphQLSchema:
    schema = build_schema(STATIC, BASIS, rights)
    assert not validate_schema(schema)
    return schema


def schema_of(**tables: TableRights) -> GraphQLSchema:
    return schema_for(GivenRights(**tables))


EVERYBODYS = schema_for(Unrestricted())
NOBODYS = schema_of()


def fields(schema: GraphQLSchema, name: str) -> set[str]:
    """The fields or values of a type; none if it does not exist."""
    type_ = schema.type_map.get(name)
    match type_:
        case GraphQLObjectType() | GraphQLInputObjectType() | GraphQLInterfaceType():
            return set(type_.fields)
        case GraphQLEnumType():
            return set(type_.values)
        case _:
            return set()


def roots(schema: GraphQLSchema, name: str = "Query") -> set[str]:
    """The root fields of tables."""
    return fields(schema, name) - fields(STATIC, name)


def errors(schema: GraphQLSchema, query: str) -> list[str]:
    return [error.message for error in validate(schema, parse(query), hide_suggestions=True)]


def field_type(schema: GraphQLSchema, type_name: str, field: str) -> str:
    type_ = schema.type_map[type_name]
    assert isinstance(type_, GraphQLObjectType)
    return str(type_.fields[field].type)


def test_who_may_nothing_has_the_schema_of_the_platform() -> None:
    assert NOBODYS.type_map.keys() == STATIC.type_map.keys()
    for name, type_ in STATIC.type_map.items():
        assert print_type(NOBODYS.type_map[name]) == print_type(type_)


def test_every_type_of_a_role_is_one_of_everybodys() -> None:
    every = TableRights(reads("id label_id name price live", computes=True), inserts("id"), updates("id"), deletes())
    schema = schema_of(artist=every, label=TableRights(reads("id title", computes=True)))
    for name, type_ in schema.type_map.items():
        assert type(EVERYBODYS.type_map[name]) is type(type_)
        assert fields(schema, name) <= fields(EVERYBODYS, name)


def test_names_do_not_depend_on_what_is_seen() -> None:
    # Everybody meets the enum `numeric` first, this role never meets it.
    schema = schema_of(artist=TableRights(reads("id price")))
    assert field_type(schema, "Artist", "price") == field_type(EVERYBODYS, "Artist", "price") == "numeric2"
    assert "numeric" not in schema.type_map


def test_a_table_that_is_not_read_exists_nowhere() -> None:
    schema = schema_of(artist=TableRights(reads("id name", computes=True)), label=TableRights(reads("id")))
    assert roots(schema) == {
        *("artist", "artistByPk", "artistAggregate", "artistConnection", "artistGroup"),
        *("label", "labelByPk", "labelConnection"),
    }
    assert roots(schema, "Mutation") == set()
    for name in schema.type_map.keys() - STATIC.type_map.keys():
        assert "secret" not in print_type(schema.type_map[name]).lower()
        assert name != "mood"


@pytest.mark.parametrize(
    ("query", "hidden"),
    [
        ("{ %s { id } }", "secret"),
        ("{ artist { %s { id } } }", "secret"),
        ("{ artist { %s } }", "price"),
        ("{ artist(where: {%s: {_gt: 1}}) { id } }", "price"),
        ("{ artist(orderBy: [{%s: ASC}]) { id } }", "price"),
        ("{ artist(distinctOn: [%s]) { id } }", "PRICE"),
        ("{ %s { aggregate { count } } }", "artistAggregate"),
        ("{ artist(where: {%s: {id: {_eq: 1}}}) { id } }", "secret"),
        ("query($a: %s) { artist { id } }", "SecretBoolExp"),
        ("query($a: %s) { artist { id } }", "mood"),
        ("fragment f on %s { id } { artist { ...f } }", "Secret"),
        ("mutation { %s(where: {}) { affectedRows } }", "deleteArtist"),
    ],
)
def test_what_is_not_seen_fails_as_what_never_was(query: str, hidden: str) -> None:
    schema = schema_of(artist=TableRights(reads("id name")))
    told = errors(schema, query % hidden)
    assert told
    assert [message.replace(hidden, "nothing") for message in told] == errors(schema, query % "nothing")
    assert told != errors(EVERYBODYS, query % hidden)


def test_columns_that_are_not_read_are_nowhere_either() -> None:
    schema = schema_of(artist=TableRights(reads("id name", computes=True)))
    for name in (
        "Artist",
        "ArtistBoolExp",
        "ArtistOrderBy",
        "ArtistMinFields",
        "ArtistGroupKey",
        "ArtistGroupKeyOrderBy",
    ):
        assert fields(schema, name) - {"_and", "_or", "_not", "_version"} <= {"id", "name"}, name
        assert fields(schema, name), name
    assert fields(schema, "ArtistSelectColumn") == {"ID", "NAME"}
    assert fields(schema, "ArtistBooleanHaving") == set()


def test_nothing_is_computed_of_rows_without_the_right_to() -> None:
    label = TableRights(reads("id title", computes=True))
    schema = schema_of(artist=TableRights(reads("id label_id name")), label=label, secret=TableRights(reads("id")))
    assert roots(schema) >= {"artist", "artistByPk", "artistConnection", "labelAggregate"}
    assert roots(schema).isdisjoint({"artistAggregate", "artistGroup"})
    for name in ("Artist", "ArtistBoolExp", "ArtistOrderBy"):
        assert {each for each in fields(EVERYBODYS, name) if "Aggregate" in each} == {"secretAggregate"}
        assert not {each for each in fields(schema, name) if "Aggregate" in each}


def test_a_row_is_found_by_a_key_that_is_read() -> None:
    assert "artistByPk" not in roots(schema_of(artist=TableRights(reads("name"))))
    assert "artistByPk" in roots(schema_of(artist=TableRights(reads("id"))))


def test_cursors_hold_only_what_is_shown() -> None:
    assert "artistConnection" not in roots(schema_of(artist=TableRights(reads("name"))))
    assert "artistConnection" not in roots(schema_of(artist=TableRights(reads("name", when={"id": OWN}))))
    assert "artistConnection" in roots(schema_of(artist=TableRights(reads("id"))))


def test_a_table_of_which_only_the_version_is_read_is_not_chosen_by_columns() -> None:
    schema = schema_of(artist=TableRights(reads("", computes=True)))
    assert fields(schema, "Artist") == {"_version"}
    assert "ArtistSelectColumn" not in schema.type_map
    assert roots(schema) == {"artist", "artistAggregate"}


def test_what_a_rule_may_hide_may_be_null() -> None:
    def relationship(**label: TableRights) -> str:
        return field_type(schema_of(artist=TableRights(reads("id label_id")), **label), "Artist", "label")

    assert field_type(EVERYBODYS, "Artist", "label") == "Label!"
    assert relationship(label=TableRights(reads("id"))) == "Label!"
    assert relationship(label=TableRights(reads("id", where=OWN))) == "Label"
    assert relationship(label=TableRights(reads("", when={"id": OWN}))) == "Label"
    schema = schema_of(artist=TableRights(reads("label_id", when={"id": OWN})))
    assert field_type(schema, "Artist", "id") == "Int"
    assert field_type(schema, "Artist", "labelId") == "Int!"


def test_a_new_row_gives_what_may_be_given_and_is_not_preset() -> None:
    schema = schema_of(artist=TableRights(insert=inserts("id name label_id", "label_id")))
    assert roots(schema) == set()
    assert roots(schema, "Mutation") == {"insertArtist"}
    assert fields(schema, "ArtistInsertInput") == {"id", "name"}
    assert fields(schema, "ArtistMutationResponse") == {"affectedRows"}
    assert "insertArtistOne" in roots(schema_of(artist=TableRights(reads("name"), inserts("name"))), "Mutation")


def test_a_conflict_updates_only_what_may_be_updated() -> None:
    query = "mutation { insertArtist(objects: [{id: 1}], onConflict: {constraint: ARTIST_PKEY, updateColumns: []}) { affectedRows } }"
    without = schema_of(artist=TableRights(insert=inserts("id name")))
    assert not errors(without, query)
    assert fields(without, "ArtistUpdateColumn") == {"_PLACEHOLDER"}
    assert fields(without, "ArtistConstraint") == {"ARTIST_PKEY"}
    both = schema_of(
        artist=TableRights(insert=inserts("id name label_id"), update=updates("name label_id", "label_id"))
    )
    assert fields(both, "ArtistUpdateColumn") == {"NAME"}
    assert fields(both, "ArtistConstraint") == {"ARTIST_PKEY", "ARTIST_LABEL_ID"}


def test_changes_are_found_by_what_is_read() -> None:
    changes = TableRights(update=updates("name price", "price"), delete=deletes())
    blind = schema_of(artist=changes)
    assert roots(blind, "Mutation") == {"updateArtist", "updateArtistMany", "deleteArtist"}
    assert fields(blind, "ArtistBoolExp") == {"_and", "_or", "_not"}
    assert fields(blind, "ArtistSetInput") == {"name"}
    assert "ArtistIncInput" not in blind.type_map
    seeing = schema_of(artist=replace(changes, select=reads("id name")))
    assert roots(seeing, "Mutation") >= {"updateArtistByPk", "deleteArtistByPk"}
    assert fields(seeing, "ArtistBoolExp") == {"_and", "_or", "_not", "id", "name"}
    assert fields(seeing, "ArtistMutationResponse") == {"affectedRows", "returning"}


def test_an_update_that_is_all_preset_is_offered() -> None:
    schema = schema_of(artist=TableRights(update=updates("name", "name")))
    assert roots(schema, "Mutation") == {"updateArtist", "updateArtistMany"}


def test_a_right_to_a_column_that_is_gone_is_no_right() -> None:
    assert Column("gone", INTEGER, "integer", nullable=True) not in ARTIST.columns
    schema = schema_of(artist=TableRights(reads("id gone"), inserts("gone")))
    assert fields(schema, "Artist") == {"id", "_version"}
    assert roots(schema, "Mutation") == set()


def test_what_is_made_of_the_value_before_is_offered_for_columns_that_are_always_seen() -> None:
    seen = schema_of(artist=TableRights(reads("id price"), update=updates("price name")))
    unseen = schema_of(artist=TableRights(reads("id"), update=updates("price name")))
    partly = replace(reads("id price"), columns={"id": EVERYTHING, "price": OWN})
    masked = schema_of(artist=TableRights(partly, update=updates("price name")))

    assert fields(seen, "ArtistIncInput") == {"price"}
    assert fields(unseen, "ArtistIncInput") == fields(masked, "ArtistIncInput") == set()
    assert fields(unseen, "ArtistSetInput") == fields(masked, "ArtistSetInput") == {"price", "name"}
