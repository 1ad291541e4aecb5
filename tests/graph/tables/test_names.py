from __future__ import annotations

from domain.tables.catalog import TableName
from graph.tables.names import TableNames, Taken, name_catalog
from graph.tables.naming import CamelNaming
from tests.domain.tables.catalogs import catalog, reference, table

NOTHING = Taken(frozenset(), frozenset())


def named(*tables: object, taken: Taken = NOTHING) -> dict[str, TableNames]:
    found = name_catalog(catalog(*tables), CamelNaming(), taken, "public")  # type: ignore[arg-type]  # tables, as the callers give
    return {str(name): names for name, names in found.items()}


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

    assert [names.root() for names in found.values()] == ["aB", "publicAB", "publicAB2"]


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
