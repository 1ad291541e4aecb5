from __future__ import annotations

from domain.tables.catalog import TableName
from domain.tables.relationships import Relationship, relationships
from tests.domain.tables.catalogs import catalog, reference, table

ALBUM, ARTIST = TableName("public", "album"), TableName("public", "artist")


def test_a_foreign_key_leads_both_ways() -> None:
    found = relationships(
        catalog(table("album", "id artist_id", reference("f", "artist_id", "artist")), table("artist"))
    )

    assert found == {
        ALBUM: [Relationship("f", ALBUM, ARTIST, (("artist_id", "id"),), many=False, optional=False)],
        ARTIST: [Relationship("f", ARTIST, ALBUM, (("id", "artist_id"),), many=True, inverse=True)],
    }


def test_a_column_that_may_be_null_makes_the_object_optional() -> None:
    found = relationships(
        catalog(table("album", "id artist_id?", reference("f", "artist_id", "artist")), table("artist"))
    )

    assert found[ALBUM][0].optional


def test_one_nullable_column_of_several_makes_the_object_optional() -> None:
    found = relationships(
        catalog(table("album", "id a b?", reference("f", "a b", "artist", "x y")), table("artist", "x y", key="x y"))
    )

    assert found[ALBUM][0].optional


def test_a_foreign_key_that_is_not_validated_makes_the_object_optional() -> None:
    found = relationships(
        catalog(table("album", "id a", reference("f", "a", "artist", validated=False)), table("artist"))
    )

    assert found[ALBUM][0].optional


def test_composite_keys_pair_their_columns_both_ways() -> None:
    found = relationships(
        catalog(table("album", "id a b", reference("f", "b a", "artist", "x y")), table("artist", "x y", key="x y"))
    )

    assert found[ALBUM][0].columns == (("b", "x"), ("a", "y"))
    assert found[ARTIST][0].columns == (("x", "b"), ("y", "a"))


def test_a_reference_by_the_whole_primary_key_is_one_to_one() -> None:
    found = relationships(catalog(table("album", "id", reference("f", "id", "artist")), table("artist")))

    assert not found[ARTIST][0].many


def test_a_reference_by_a_unique_key_is_one_to_one() -> None:
    found = relationships(
        catalog(table("album", "id a", reference("f", "a", "artist"), unique=("a",)), table("artist"))
    )

    assert not found[ARTIST][0].many


def test_a_reference_by_more_than_a_unique_key_is_one_to_one() -> None:
    found = relationships(
        catalog(
            table("album", "id a b", reference("f", "a b", "artist", "x y"), unique=("b",)),
            table("artist", "x y", key="x y"),
        )
    )

    assert not found[ARTIST][0].many


def test_a_reference_by_a_part_of_a_unique_key_is_a_list() -> None:
    found = relationships(catalog(table("album", "a b", reference("f", "a", "artist"), key="a b"), table("artist")))

    assert found[ARTIST][0].many


def test_a_table_that_refers_to_itself_has_both_ways() -> None:
    found = relationships(catalog(table("album", "id a?", reference("f", "a", "album"))))

    assert [(way.many, way.inverse) for way in found[ALBUM]] == [(False, False), (True, True)]


def test_objects_come_before_lists() -> None:
    found = relationships(
        catalog(
            table("album", "id artist_id", reference("f", "artist_id", "artist")),
            table("artist", "id album_id", reference("g", "album_id", "album")),
        )
    )

    assert [(way.constraint, way.many) for way in found[ALBUM]] == [("f", False), ("g", True)]
    assert [(way.constraint, way.many) for way in found[ARTIST]] == [("g", False), ("f", True)]
