from __future__ import annotations

from dataclasses import replace

from domain.tables.aggregates import can_be_told_apart
from domain.tables.catalog import Catalog, Table, TableName
from domain.tables.enums import MAX_VALUES, EnumRows, EnumTable, enum_tables
from domain.tables.metadata import Metadata, TableSettings
from domain.tables.model import Model, build_model
from domain.tables.operators import Operator, operators_of
from tests.domain.tables.catalogs import TEXT, base, catalog, column, domain, reference, table

COLOR = TableName("public", "color")
SAID = Metadata({COLOR: TableSettings(COLOR, is_enum=True)}, version="m")


def colors(*further: str, key: str = "value") -> Table:
    columns = (column("value", TEXT), *(column(name, TEXT, nullable=True) for name in further))
    return replace(table("color", key=key), columns=columns)


def users(*, type_: object = TEXT) -> Table:
    of = table("user", "id", reference("f", "likes", "color", "value"), reference("g", "also", "color", "value"))
    likes, also = column("likes", type_), column("also", TEXT, nullable=True)  # type: ignore[arg-type]  # a type
    return replace(of, columns=(*of.columns, likes, also, column("note", TEXT)))


def model(*values: str | tuple[str, str | None], tables: Catalog | None = None) -> Model:
    rows = tuple((each, None) if isinstance(each, str) else each for each in values)
    return build_model(tables or catalog(users(), colors()), SAID, EnumRows({COLOR: rows}, "r"))


def held(found: Model, name: str = "likes") -> tuple[str, ...] | None:
    enum = found.catalog.by_name[TableName("public", "user")].by_name[name].type.bare.enum
    return tuple(value for value, _ in enum.values) if enum else None


def told(found: Model) -> list[tuple[str, str]]:
    return [(each.name, each.why) for each in found.inconsistencies]


def test_columns_that_refer_to_an_enum_hold_its_values() -> None:
    found = model(("red", "#F00"), "blue")

    assert (held(found), held(found, "also"), held(found, "note")) == (("red", "blue"), ("red", "blue"), None)
    assert found.catalog.by_name[COLOR].by_name["value"].type == TEXT
    assert told(found) == []


def test_a_column_of_a_domain_holds_them_too() -> None:
    found = model("red", tables=catalog(users(type_=domain("word", TEXT)), colors()))

    assert held(found) == ("red",)


def test_a_composite_foreign_key_binds_no_column() -> None:
    pair = replace(
        table("user", "id", reference("f", "a b", "color", "value other")),
        columns=(column("a", TEXT), column("b", TEXT)),
    )
    found = model("red", tables=catalog(pair, colors("other")))

    assert all(each.type == TEXT for each in found.catalog.tables[0].columns)


def test_values_are_equal_or_not_and_can_be_sorted() -> None:
    likes = model("red").catalog.tables[0].by_name["likes"]

    assert operators_of(likes.type) == (Operator.EQ, Operator.NEQ, Operator.IN, Operator.NIN)
    assert can_be_told_apart(likes)


def test_other_values_are_another_version() -> None:
    versions = {
        build_model(catalog(colors()), SAID, rows).version for rows in (None, EnumRows({}, "a"), EnumRows({}, "b"))
    }

    assert len(versions) == 3


def test_the_description_is_the_first_other_text() -> None:
    plain, described = colors(), colors("comment", "further")
    numbered = replace(plain, columns=(*plain.columns, column("position")))

    assert enum_tables(catalog(plain), SAID) == (EnumTable(COLOR, "value", None),)
    assert enum_tables(catalog(described), SAID) == (EnumTable(COLOR, "value", "comment"),)
    assert enum_tables(catalog(numbered), SAID) == (EnumTable(COLOR, "value", None),)


def test_only_what_is_said_to_be_an_enum_is_one() -> None:
    assert enum_tables(catalog(colors()), Metadata({COLOR: TableSettings(COLOR)})) == ()
    assert enum_tables(catalog(table("other")), SAID) == ()


def test_a_key_that_is_not_one_text_is_told() -> None:
    wrong = "Its primary key is not one column of text."
    for other in (
        replace(colors(), primary_key=None),
        colors("other", key="value other"),
        replace(colors(), columns=(column("value", base("int4")),)),
    ):
        found = model("red", tables=catalog(users(), other))

        assert enum_tables(catalog(other), SAID) == ()
        assert (held(found), told(found)) == (None, [("", wrong)])


def test_values_that_graphql_cannot_hold_are_told_and_left_out() -> None:
    found = model("red", "light blue", "1st", "true", "null", "__x", "", "grün", "_ok")

    assert held(found) == ("red", "_ok")
    assert [name for name, _ in told(found)] == ["light blue", "1st", "true", "null", "__x", "", "grün"]


def test_without_a_value_it_is_no_enum() -> None:
    assert (held(model()), told(model())) == (None, [("", "It has no rows.")])
    assert held(model("light blue")) is None


def test_with_too_many_values_it_is_no_enum() -> None:
    found = model(*(f"v{number}" for number in range(MAX_VALUES + 1)))

    assert (held(found), told(found)) == (None, [("", "It has more than 500 rows.")])
    assert len(held(model(*(f"v{number}" for number in range(MAX_VALUES)))) or ()) == MAX_VALUES


def test_rows_that_cannot_be_read_are_told() -> None:
    found = build_model(catalog(users(), colors()), SAID, EnumRows({}, "r"))

    assert (held(found), told(found)) == (None, [("", "Its rows cannot be read.")])


def test_rows_that_nobody_has_read_are_not_told() -> None:
    found = build_model(catalog(users(), colors()), SAID)

    assert (held(found), told(found)) == (None, [])
