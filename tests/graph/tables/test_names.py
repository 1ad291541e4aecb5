from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.tables.catalog import TableName
from domain.tables.metadata import (
    ByColumns,
    ByForeignKey,
    Metadata,
    RelationshipDefinition,
    RelationshipKind,
    RootField,
    TableSettings,
)
from domain.tables.model import build_model
from graph.tables.names import CatalogNamer, TableNames, Taken
from graph.tables.naming import CamelNaming, SnakeNaming
from tests.domain.tables.catalogs import catalog, reference, table

if TYPE_CHECKING:
    from domain.tables.catalog import Table
    from graph.tables.naming import Naming

NOTHING = Taken(frozenset(), frozenset())
CAMEL, SNAKE = CamelNaming(), SnakeNaming()


def named(
    *tables: Table,
    taken: Taken = NOTHING,
    settings: tuple[TableSettings, ...] = (),
    relationships: tuple[RelationshipDefinition, ...] = (),
    naming: Naming = CAMEL,
) -> dict[str, TableNames]:
    said = Metadata({each.table: each for each in settings}, relationships)
    found = CatalogNamer(naming, taken, "public")(build_model(catalog(*tables), said)).tables
    return {str(name): names for name, names in found.items()}


def told(
    *tables: Table,
    taken: Taken = NOTHING,
    settings: tuple[TableSettings, ...] = (),
    relationships: tuple[RelationshipDefinition, ...] = (),
) -> list[tuple[str, str]]:
    said = Metadata({each.table: each for each in settings}, relationships)
    found = CatalogNamer(CAMEL, taken, "public")(build_model(catalog(*tables), said)).misfits
    return [(str(each.where), each.name) for each in found]


def of(name: str) -> TableName:
    return TableName("public", name)


def ways(names: TableNames) -> dict[str, str]:
    return {field: way.constraint for field, way in names.relationships.items()}


def test_names_come_from_the_table() -> None:
    names = named(table("invoice_line", "id unit_price"))["public.invoice_line"]

    assert names.root() == "invoiceLine"
    assert names.root(after="by_pk") == "invoiceLineByPk"
    assert names.type("bool_exp") == "InvoiceLineBoolExp"
    assert names.columns == {"id": "id", "unit_price": "unitPrice"}
    assert names.note is None


def test_a_table_of_another_schema_is_named_with_it() -> None:
    names = named(table("album", schema="sales"))["sales.album"]

    assert names.root() == "salesAlbum"
    assert names.note is None


def test_a_name_that_the_platform_has_gets_the_schema() -> None:
    names = named(table("system"), taken=Taken(frozenset({"system"}), frozenset()))["public.system"]

    assert names.root() == "publicSystem"
    assert names.note is not None


def test_a_type_that_the_platform_has_gets_the_schema() -> None:
    assert (
        named(table("column"), taken=Taken(frozenset(), frozenset({"Column"})))["public.column"].type()
        == "PublicColumn"
    )


def test_tables_of_one_name_get_the_schema_and_then_a_number() -> None:
    found = named(table("a_b"), table("aB"), table("A_B"))

    assert [names.root() for names in found.values()] == ["publicAB", "aB", "publicAB2"]


def test_a_table_keeps_its_name_before_those_that_are_written_otherwise() -> None:
    found = named(table("TRACK"), table("Track"), table("track"))

    assert [names.root() for names in found.values()] == ["publicTRACK", "publicTrack", "track"]


def test_a_table_that_is_called_like_what_another_one_makes_gives_way() -> None:
    found = named(table("album"), table("album_by_pk"), table("album_bool_exp"), table("insert_album"))

    assert [names.root() for names in found.values()] == [
        "album",
        "publicAlbumByPk",
        "publicAlbumBoolExp",
        "publicInsertAlbum",
    ]


def test_a_table_that_is_called_like_the_directions_gives_way() -> None:
    assert named(table("order_by"))["public.order_by"].type() == "PublicOrderBy"


def test_a_schema_and_a_table_that_together_are_another_table_stay_apart() -> None:
    found = named(table("sales_order"), table("order", schema="sales"))

    assert [names.root() for names in found.values()] == ["salesOrder", "salesOrder2"]


def test_columns_that_keep_their_name_keep_it_and_the_others_get_a_number() -> None:
    assert named(table("t", "a_b aB A_B"))["public.t"].columns == {"a_b": "aB2", "aB": "aB", "A_B": "aB3"}


def test_columns_give_way_to_logic() -> None:
    assert named(table("t", "_and and"))["public.t"].columns == {"_and": "_and2", "and": "and"}


def test_an_object_is_called_as_its_column_without_id() -> None:
    found = named(table("game", "id home_team_id", reference("f", "home_team_id", "team")), table("team"))

    assert ways(found["public.game"]) == {"homeTeam": "f"}
    assert ways(found["public.team"]) == {"game": "f"}


def test_an_object_of_another_column_is_called_as_its_table() -> None:
    assert ways(named(table("a", "id x", reference("f", "x", "b")), table("b"))["public.a"]) == {"b": "f"}
    assert ways(named(table("a", "id _id", reference("f", "_id", "b")), table("b"))["public.a"]) == {"b": "f"}


def test_an_object_of_several_columns_is_called_as_its_table() -> None:
    found = named(table("a", "id x_id y_id", reference("f", "x_id y_id", "b", "x y")), table("b", "x y", key="x y"))

    assert ways(found["public.a"]) == {"b": "f"}


def test_lists_of_one_table_say_by_what() -> None:
    found = named(
        table("game", "id home_id away_id", reference("f", "away_id", "team"), reference("g", "home_id", "team")),
        table("team"),
    )

    assert ways(found["public.game"]) == {"away": "f", "home": "g"}
    assert ways(found["public.team"]) == {"gameByAwayId": "f", "gameByHomeId": "g"}


def test_a_relationship_gives_way_to_a_column() -> None:
    found = named(table("a", "id b", reference("f", "b", "b")), table("b", "id a"))

    assert ways(found["public.a"]) == {"bByB": "f"}
    assert ways(found["public.b"]) == {"aByB": "f"}


def test_two_foreign_keys_over_the_same_columns_get_a_number() -> None:
    found = named(table("a", "id b_id", reference("f", "b_id", "b"), reference("g", "b_id", "b")), table("b"))

    assert ways(found["public.a"]) == {"b": "f", "bByBId": "g"}
    assert ways(found["public.b"]) == {"aByBId": "f", "aByBId2": "g"}


def test_a_table_that_refers_to_itself_tells_up_from_down() -> None:
    names = named(table("person", "id parent_id?", reference("f", "parent_id", "person")))["public.person"]

    assert {field: way.many for field, way in names.relationships.items()} == {"parent": False, "person": True}
    assert {way.target for way in names.relationships.values()} == {TableName("public", "person")}


# --- names by hand -----------------------------------------------------------------------------------------------


def test_a_table_by_another_name_gives_it_to_all_that_is_its_own() -> None:
    names = named(table("tbl_rec"), settings=(TableSettings(of("tbl_rec"), custom_name="Recording"),))["public.tbl_rec"]

    assert names.root() == "Recording"
    assert names.root(after="by_pk") == "RecordingByPk"
    assert names.root("insert", "one") == "insertRecordingOne"
    assert (names.type(), names.type("bool_exp")) == ("Recording", "RecordingBoolExp")
    assert names.note is None


def test_a_name_by_hand_is_spelled_as_it_is_given() -> None:
    settings = (TableSettings(of("t"), custom_name="my_table", column_names={"a_b": "some_column"}),)
    names = named(table("t", "id a_b"), settings=settings)["public.t"]

    assert (names.root(), names.root("delete", "by_pk"), names.type("order_by")) == (
        "my_table",
        "deleteMy_tableByPk",
        "my_tableOrderBy",
    )
    assert names.columns == {"id": "id", "a_b": "some_column"}
    assert names.values == {"id": "ID", "a_b": "some_column"}


def test_in_snake_case_words_are_put_to_it_with_underscores() -> None:
    names = named(table("t"), settings=(TableSettings(of("t"), custom_name="Thing"),), naming=SNAKE)["public.t"]

    assert (names.root(after="by_pk"), names.root("insert", "one"), names.type("bool_exp")) == (
        "Thing_by_pk",
        "insert_Thing_one",
        "Thing_bool_exp",
    )


def test_root_fields_by_hand_leave_the_others_as_they_are() -> None:
    roots = {RootField.SELECT: "albums", RootField.SELECT_BY_PK: "album", RootField.INSERT_ONE: "add_album"}
    names = named(table("album"), settings=(TableSettings(of("album"), root_fields=roots),))["public.album"]

    assert (names.root(), names.root(after="by_pk"), names.root("insert", "one")) == ("albums", "album", "add_album")
    assert (names.root("insert"), names.root(after="aggregate"), names.type()) == (
        "insertAlbum",
        "albumAggregate",
        "Album",
    )


def test_every_root_field_can_be_named() -> None:
    roots = {root: f"x_{root.value}" for root in RootField}
    names = named(table("t"), settings=(TableSettings(of("t"), root_fields=roots),))["public.t"]

    assert names.root("update", "many") == "x_update_many"
    assert names.reserved_fields() == set()


def test_tables_give_way_to_names_by_hand() -> None:
    found = named(table("album"), table("record"), settings=(TableSettings(of("record"), custom_name="album"),))

    assert [names.root() for names in found.values()] == ["publicAlbum", "album"]


def test_tables_can_swap_their_names() -> None:
    swapped = (TableSettings(of("a"), custom_name="b"), TableSettings(of("b"), custom_name="a"))

    assert [names.root() for names in named(table("a"), table("b"), settings=swapped).values()] == ["b", "a"]
    assert told(table("a"), table("b"), settings=swapped) == []


@pytest.mark.parametrize("custom", ["", "1st", "__x", "a b", "nöt", "system"])
def test_a_name_that_cannot_be_had_is_told_and_the_plain_one_stands_in(custom: str) -> None:
    settings, taken = (TableSettings(of("t"), custom_name=custom),), Taken(frozenset({"system"}), frozenset())

    assert named(table("t"), settings=settings, taken=taken)["public.t"].root() == "t"
    assert told(table("t"), settings=settings, taken=taken) == [("public.t", custom)]


def test_the_second_table_of_a_name_is_told() -> None:
    settings = (TableSettings(of("a"), custom_name="x"), TableSettings(of("b"), custom_name="x"))

    assert [names.root() for names in named(table("a"), table("b"), settings=settings).values()] == ["x", "b"]
    assert told(table("a"), table("b"), settings=settings) == [("public.b", "x")]


def test_a_name_whose_operations_another_has_is_told() -> None:
    settings = (
        TableSettings(of("a"), root_fields={RootField.SELECT: "xByPk"}),
        TableSettings(of("b"), custom_name="x"),
    )

    assert named(table("a"), table("b"), settings=settings)["public.b"].root() == "b"
    assert told(table("a"), table("b"), settings=settings) == [("public.b", "x")]


def test_root_fields_that_cannot_be_had_are_told() -> None:
    roots = {RootField.SELECT: "system", RootField.INSERT: "a-b", RootField.DELETE: "x", RootField.UPDATE: "x"}
    settings, taken = (TableSettings(of("t"), root_fields=roots),), Taken(frozenset({"system"}), frozenset())
    names = named(table("t"), settings=settings, taken=taken)["public.t"]

    assert [names.root(word) for word in ("", "insert", "delete", "update")] == ["t", "insertT", "x", "updateT"]
    assert told(table("t"), settings=settings, taken=taken) == [("public.t", name) for name in ("system", "a-b", "x")]


def test_columns_give_way_to_those_by_hand() -> None:
    settings = (TableSettings(of("t"), column_names={"b": "a"}),)

    assert named(table("t", "a b"), settings=settings)["public.t"].columns == {"a": "a2", "b": "a"}


def test_columns_that_cannot_be_named_so_are_told() -> None:
    settings = (TableSettings(of("t"), column_names={"a": "_and", "b": "1", "c": "x", "d": "x", "gone": "y"}),)

    assert named(table("t", "a b c d"), settings=settings)["public.t"].columns == {
        "a": "a",
        "b": "b",
        "c": "x",
        "d": "d",
    }
    assert told(table("t", "a b c d"), settings=settings) == [("public.t", name) for name in ("_and", "1", "x")]


def test_relationships_by_hand_are_spelled_as_they_are_given() -> None:
    tables = (table("album", "id artist_id", reference("f", "artist_id", "artist")), table("artist"))
    by_hand = (
        RelationshipDefinition(
            of("artist"), "all_albums", RelationshipKind.ARRAY, ByForeignKey(("artist_id",), of("album"))
        ),
        RelationshipDefinition(of("album"), "The_Band", RelationshipKind.OBJECT, ByForeignKey(("artist_id",))),
    )
    found = named(*tables, relationships=by_hand)

    assert ways(found["public.album"]) == {"The_Band": "f"}
    assert ways(found["public.artist"]) == {"all_albums": "f"}
    assert list(found["public.artist"].aggregates) == ["all_albumsAggregate"]


def test_relationships_by_hand_that_cannot_be_named_so_are_told() -> None:
    tables = (table("album", "id artist_id", reference("f", "artist_id", "artist")), table("artist"))
    using = ByColumns(of("artist"), (("artist_id", "id"),))
    by_hand = tuple(
        RelationshipDefinition(of("album"), name, RelationshipKind.OBJECT, using)
        for name in ("artistId", "the-band", "_not")
    )

    assert list(named(*tables, relationships=by_hand)["public.album"].relationships) == [
        "artistId2",
        "the_band",
        "_not2",
        "artist",
    ]
    assert told(*tables, relationships=by_hand) == [("public.album", name) for name in ("artistId", "the-band", "_not")]
