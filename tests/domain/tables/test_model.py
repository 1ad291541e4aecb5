from __future__ import annotations

from typing import TYPE_CHECKING

from domain.tables.catalog import Table, TableName
from domain.tables.inconsistencies import InconsistentPart
from domain.tables.metadata import (
    Action,
    ByColumns,
    ByForeignKey,
    Metadata,
    Permission,
    RelationshipDefinition,
    RelationshipKind,
    TableSettings,
)
from domain.tables.model import Model, build_model
from domain.tables.relationships import Bridge
from tests.domain.tables.catalogs import TEXT, catalog, column, reference, table

if TYPE_CHECKING:
    from domain.tables.relationships import Relationship

OBJECT, ARRAY = RelationshipKind.OBJECT, RelationshipKind.ARRAY
ALBUM = table("album", "id artist_id", reference("album_artist", "artist_id", "artist"))
ARTIST = table("artist")
PERSON = table("person", "id parent_id?", reference("parent", "parent_id", "person"))


def name(text: str) -> TableName:
    schema, _, own = text.rpartition(".")
    return TableName(schema or "public", own)


def defined(of: str, called: str, kind: RelationshipKind, using: ByForeignKey | ByColumns) -> RelationshipDefinition:
    return RelationshipDefinition(name(of), called, kind, using)


def model(
    *tables: Table,
    relationships: tuple[RelationshipDefinition, ...] = (),
    settings: tuple[TableSettings, ...] = (),
    permissions: tuple[Permission, ...] = (),
) -> Model:
    said = Metadata({each.table: each for each in settings}, relationships, permissions=permissions, version="m")
    return build_model(catalog(*tables), said)


def ways(found: Model, of: str) -> dict[str, Relationship]:
    return dict(found.relationships[name(of)])


def told(found: Model) -> list[tuple[str, str, str]]:
    return [(each.part.value, str(each.where), each.name) for each in found.inconsistencies]


# --- tables that are not served ----------------------------------------------------------------------------------


def test_without_metadata_everything_is_served() -> None:
    found = build_model(catalog(ALBUM, ARTIST))

    assert found.catalog.tables == (ALBUM, ARTIST)
    assert list(ways(found, "album")) == ["artist"]
    assert found.inconsistencies == ()


def test_an_untracked_table_leaves_with_the_relationships_to_it() -> None:
    found = model(ALBUM, ARTIST, settings=(TableSettings(name("artist"), tracked=False),))

    assert found.catalog.tables == (ALBUM,)
    assert ways(found, "album") == {}
    assert told(found) == []


def test_an_untracked_bridge_leads_nowhere() -> None:
    found = model(*PLAYLISTS, settings=(TableSettings(name("playlist_track"), tracked=False),))

    assert ways(found, "playlist") == {}


def test_settings_of_what_is_not_there_are_told() -> None:
    settings = (TableSettings(name("gone")), TableSettings(name("artist"), column_names={"gone": "x", "id": "key"}))

    assert told(model(ARTIST, settings=settings)) == [("table", "public.gone", ""), ("column", "public.artist", "gone")]


def test_permissions_for_what_is_not_there_are_told() -> None:
    found = model(
        ARTIST,
        permissions=(
            Permission(name("gone"), "user", Action.SELECT),
            Permission(name("artist"), "user", Action.INSERT, columns=("id", "nom"), presets={"other": 1}),
        ),
    )

    assert told(found) == [
        ("permission", "public.gone", "user: select"),
        ("permission", "public.artist", "user: insert"),
        ("permission", "public.artist", "user: insert"),
    ]


# --- other names for the relationships of foreign keys -----------------------------------------------------------


def test_an_object_relationship_gets_another_name() -> None:
    found = model(ALBUM, ARTIST, relationships=(defined("album", "band", OBJECT, ByForeignKey(("artist_id",))),))

    (way,) = ways(found, "album").items()
    assert (way[0], way[1].constraint, way[1].many) == ("band", "album_artist", False)
    assert list(ways(found, "artist")) == ["album"]


def test_an_array_relationship_gets_another_name() -> None:
    using = ByForeignKey(("artist_id",), name("album"))
    found = model(ALBUM, ARTIST, relationships=(defined("artist", "works", ARRAY, using),))

    assert {each: way.many for each, way in ways(found, "artist").items()} == {"works": True}
    assert list(ways(found, "album")) == ["artist"]


def test_both_ways_of_a_table_that_refers_to_itself() -> None:
    found = model(
        PERSON,
        relationships=(
            defined("person", "mother", OBJECT, ByForeignKey(("parent_id",))),
            defined("person", "children", ARRAY, ByForeignKey(("parent_id",), name("person"))),
        ),
    )

    assert {each: (way.many, way.inverse) for each, way in ways(found, "person").items()} == {
        "mother": (False, False),
        "children": (True, True),
    }


def test_the_columns_of_a_composite_key_may_be_in_any_order() -> None:
    part = table("part", "id x y", reference("f", "x y", "whole", "a b"))
    whole = table("whole", "a b", key="a b")
    found = model(part, whole, relationships=(defined("part", "all", OBJECT, ByForeignKey(("y", "x"))),))

    assert ways(found, "part")["all"].columns == (("x", "a"), ("y", "b"))


def test_one_foreign_key_can_have_several_names() -> None:
    found = model(
        ALBUM,
        ARTIST,
        relationships=(
            defined("album", "band", OBJECT, ByForeignKey(("artist_id",))),
            defined("album", "group", OBJECT, ByForeignKey(("artist_id",))),
        ),
    )

    assert list(ways(found, "album")) == ["band", "group"]


def test_the_one_row_that_refers_can_be_a_list() -> None:
    detail = table("detail", "id", reference("f", "id", "artist"))
    found = model(
        detail, ARTIST, relationships=(defined("artist", "details", ARRAY, ByForeignKey(("id",), name("detail"))),)
    )

    assert ways(found, "artist")["details"].many


def test_a_foreign_key_that_is_not_there_is_told() -> None:
    definitions = (
        defined("album", "a", OBJECT, ByForeignKey(("id",))),
        defined("artist", "b", ARRAY, ByForeignKey(("artist_id",), name("gone"))),
        defined("gone", "c", OBJECT, ByForeignKey(("id",))),
    )
    found = model(ALBUM, ARTIST, relationships=definitions)

    assert told(found) == [
        ("relationship", "public.album", "a"),
        ("relationship", "public.artist", "b"),
        ("relationship", "public.gone", "c"),
    ]
    assert (list(ways(found, "album")), list(ways(found, "artist"))) == (["artist"], ["album"])


def test_several_rows_that_refer_are_no_object() -> None:
    using = ByForeignKey(("artist_id",), name("album"))
    found = model(ALBUM, ARTIST, relationships=(defined("artist", "work", OBJECT, using),))

    assert list(ways(found, "artist")) == ["album"]
    assert "Several rows" in found.inconsistencies[0].why


def test_the_row_that_is_referred_to_is_no_list() -> None:
    found = model(ALBUM, ARTIST, relationships=(defined("album", "bands", ARRAY, ByForeignKey(("artist_id",))),))

    assert list(ways(found, "album")) == ["artist"]
    assert "one row" in found.inconsistencies[0].why


def test_columns_of_two_foreign_keys_are_told() -> None:
    album = table("album", "id x", reference("f", "x", "artist"), reference("g", "x", "band"))
    found = model(album, ARTIST, table("band"), relationships=(defined("album", "by", OBJECT, ByForeignKey(("x",))),))

    assert "several foreign keys" in found.inconsistencies[0].why


# --- between any columns -----------------------------------------------------------------------------------------


def test_a_relationship_between_columns_leads_to_their_equals() -> None:
    view = table("summary", "artist_id total", key=None)
    using = ByColumns(name("artist"), (("artist_id", "id"),))
    found = model(ARTIST, view, relationships=(defined("summary", "artist", OBJECT, using),))

    way = ways(found, "summary")["artist"]
    assert (way.target, way.columns, way.many, way.optional) == (name("artist"), (("artist_id", "id"),), False, True)
    assert (way.by_hand, way.keyed) == (True, True)


def test_columns_that_are_not_unique_lead_to_one_of_several_rows() -> None:
    using = ByColumns(name("album"), (("id", "artist_id"),))
    found = model(ALBUM, ARTIST, relationships=(defined("artist", "first", OBJECT, using),))

    assert not ways(found, "artist")["first"].keyed


def test_columns_that_are_not_there_and_targets_that_are_not_served_are_told() -> None:
    definitions = (
        defined("album", "a", OBJECT, ByColumns(name("artist"), (("gone", "id"),))),
        defined("album", "b", OBJECT, ByColumns(name("artist"), (("id", "gone"),))),
        defined("album", "c", OBJECT, ByColumns(name("gone"), (("id", "id"),))),
        defined("album", "d", OBJECT, ByColumns(name("artist"), ())),
    )
    found = model(ALBUM, ARTIST, relationships=definitions)

    assert [each.name for each in found.inconsistencies] == ["a", "b", "c", "d"]
    assert list(ways(found, "album")) == ["artist"]


def test_columns_that_cannot_be_equal_are_told() -> None:
    text = Table(name("note"), ARTIST.kind, (column("id"), column("of", TEXT)))
    found = model(
        text, ARTIST, relationships=(defined("note", "artist", OBJECT, ByColumns(name("artist"), (("of", "id"),))),)
    )

    assert "cannot be compared" in found.inconsistencies[0].why


# --- names by hand beside those that are there -------------------------------------------------------------------


def test_a_name_that_a_column_has_is_told() -> None:
    found = model(ALBUM, ARTIST, relationships=(defined("album", "id", OBJECT, ByForeignKey(("artist_id",))),))

    assert told(found) == [("relationship", "public.album", "id")]
    assert list(ways(found, "album")) == ["artist"]


def test_the_second_of_a_name_is_told() -> None:
    using = ByColumns(name("artist"), (("artist_id", "id"),))
    found = model(
        ALBUM,
        ARTIST,
        relationships=(defined("album", "by", OBJECT, using), defined("album", "by", ARRAY, using)),
    )

    assert told(found) == [("relationship", "public.album", "by")]
    assert not ways(found, "album")["by"].many


def test_automatic_names_give_way_to_those_by_hand() -> None:
    using = ByColumns(name("artist"), (("id", "id"),))
    found = model(ALBUM, ARTIST, relationships=(defined("album", "artist", OBJECT, using),))

    assert {each: way.by_hand for each, way in ways(found, "album").items()} == {
        "artist": True,
        "artist_by_artist_id": False,
    }


def test_another_name_for_one_leaves_the_others_their_names() -> None:
    game = table("game", "id home_id away_id", reference("f", "away_id", "team"), reference("g", "home_id", "team"))
    using = ByForeignKey(("home_id",), name("game"))
    found = model(game, table("team"), relationships=(defined("team", "home_games", ARRAY, using),))

    assert list(ways(found, "team")) == ["home_games", "game_by_away_id"]


# --- hidden relationships ----------------------------------------------------------------------------------------


def test_hidden_relationships_are_not_served() -> None:
    found = model(ALBUM, ARTIST, settings=(TableSettings(name("album"), hidden_relationships=("artist",)),))

    assert (ways(found, "album"), list(ways(found, "artist"))) == ({}, ["album"])
    assert told(found) == []


def test_a_hidden_name_can_be_given_to_another() -> None:
    using = ByColumns(name("artist"), (("id", "id"),))
    found = model(
        ALBUM,
        ARTIST,
        relationships=(defined("album", "artist", OBJECT, using),),
        settings=(TableSettings(name("album"), hidden_relationships=("artist",)),),
    )

    assert {each: way.by_hand for each, way in ways(found, "album").items()} == {"artist": True}


def test_a_hidden_relationship_that_is_not_there_is_told() -> None:
    found = model(ARTIST, settings=(TableSettings(name("artist"), hidden_relationships=("gone",)),))

    assert told(found) == [(InconsistentPart.RELATIONSHIP.value, "public.artist", "gone")]


# --- many to many ------------------------------------------------------------------------------------------------

PLAYLISTS = (
    table("playlist"),
    table(
        "playlist_track",
        "playlist_id track_id",
        reference("to_playlist", "playlist_id", "playlist"),
        reference("to_track", "track_id", "track"),
        key="playlist_id track_id",
    ),
    table("track"),
)


def test_a_bridge_leads_to_the_far_side_too() -> None:
    found = model(*PLAYLISTS)

    assert list(ways(found, "playlist")) == ["playlist_track", "track"]
    assert list(ways(found, "track")) == ["playlist_track", "playlist"]
    way = ways(found, "playlist")["track"]
    assert (way.many, way.target, way.columns) == (True, name("track"), (("id", "playlist_id"),))
    assert way.through == Bridge(PLAYLISTS[1], (("track_id", "id"),))
    assert way.tables == (name("playlist_track"), name("track"))


def test_a_bridge_may_have_columns_of_its_own() -> None:
    bridge = table("b", "x y position", reference("f", "x", "one"), reference("g", "y", "two"), key="x y")

    assert list(ways(model(bridge, table("one"), table("two")), "one")) == ["b", "two"]


def test_the_sides_of_a_bridge_may_share_columns() -> None:
    bridge = table("b", "t x y", reference("f", "t x", "one", "t i"), reference("g", "t y", "two", "t i"), key="t x y")
    sides = (table("one", "t i", key="t i"), table("two", "t i", key="t i"))

    assert ways(model(bridge, *sides), "one")["two"].columns == (("t", "t"), ("i", "x"))


def test_no_bridge_without_exactly_two_foreign_keys_in_the_key() -> None:
    ends = (table("one"), table("two"))
    references = (reference("f", "x", "one"), reference("g", "y", "two"))
    third = reference("h", "z", "one")

    for bridge in (
        table("b", "id x y", *references),
        table("b", "x y z", *references, key="x y z"),
        table("b", "x y z", *references, third, key="x y z"),
        table("b", "x y", *references, reference("h", "y", "one"), key="x y"),
        table("b", "x y", reference("f", "x y", "one", "id id"), reference("g", "y", "two"), key="x y"),
    ):
        assert all(way.through is None for of in ("one", "two") for way in ways(model(bridge, *ends), of).values())


def test_a_bridge_between_rows_of_one_table_says_by_which_column() -> None:
    bridge = table(
        "friend", "who whom", reference("f", "who", "person"), reference("g", "whom", "person"), key="who whom"
    )
    found = ways(model(table("person"), bridge), "person")

    assert list(found) == ["friend_by_who", "friend_by_whom", "person_by_whom", "person_by_who"]
    assert found["person_by_whom"].columns == (("id", "who"),)


def test_the_far_side_gives_way_to_columns_and_other_relationships() -> None:
    one, bridge, two = PLAYLISTS
    direct = table("track", "id playlist_id", reference("h", "playlist_id", "playlist"))

    assert list(ways(model(one, bridge, direct), "playlist")) == [
        "playlist_track",
        "track",
        "track_by_playlist_track",
    ]
    assert list(ways(model(table("playlist", "id track"), bridge, two), "playlist")) == [
        "playlist_track",
        "track_by_playlist_track",
    ]


def test_two_bridges_to_one_table_say_which_they_are() -> None:
    one, bridge, two = PLAYLISTS
    other = table("liked", "p t", reference("f", "p", "playlist"), reference("g", "t", "track"), key="p t")

    assert list(ways(model(one, bridge, other, two), "playlist")) == [
        "playlist_track",
        "liked",
        "track_by_playlist_track",
        "track_by_liked",
    ]


def test_a_way_over_a_bridge_can_be_hidden() -> None:
    found = model(*PLAYLISTS, settings=(TableSettings(name("playlist"), hidden_relationships=("track",)),))

    assert list(ways(found, "playlist")) == ["playlist_track"]


# --- other schemas and cycles ------------------------------------------------------------------------------------


def test_tables_of_other_schemas_belong_together() -> None:
    order = table("order", "id artist_id", reference("f", "artist_id", "artist"), schema="sales")
    found = model(order, ARTIST)

    assert list(ways(found, "sales.order")) == ["artist"]
    assert ways(found, "artist")["order"].target == name("sales.order")


def test_tables_that_refer_to_each_other() -> None:
    one = table("one", "id two_id?", reference("f", "two_id", "two"))
    two = table("two", "id one_id?", reference("g", "one_id", "one"))

    assert {each: way.many for each, way in ways(model(one, two), "one").items()} == {
        "two": False,
        "two_by_one_id": True,
    }
