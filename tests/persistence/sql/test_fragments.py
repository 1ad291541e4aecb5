from __future__ import annotations

import pytest

from domain.tables.catalog import DataType, TypeKind
from domain.tables.plan import Parameter
from persistence.sql.binder import Binder
from persistence.sql.fragments import Sql, identifier, literal, number, sql, type_name
from tests.domain.tables.catalogs import INTEGER, TEXT, array, base, domain


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("a", '"a"'),
        ("A b", '"A b"'),
        ('a"b', '"a""b"'),
        ('"', '""""'),
        ("'; --", '"\'; --"'),
        ("{}", '"{}"'),
        ("é", '"é"'),
    ],
)
def test_identifiers_are_quoted(name: str, quoted: str) -> None:
    assert identifier(name) == quoted


@pytest.mark.parametrize(
    ("text", "quoted"), [("", "''"), ("a'b", "'a''b'"), ("\\", "'\\'"), ("{}", "'{}'"), ("$1", "'$1'")]
)
def test_texts_are_quoted(text: str, quoted: str) -> None:
    assert literal(text) == quoted


def test_nul_has_no_place_in_sql() -> None:
    with pytest.raises(ValueError, match=r"U\+0000"):
        identifier("a\0")
    with pytest.raises(ValueError, match=r"U\+0000"):
        literal("a\0")


def test_only_whole_numbers_are_numbers() -> None:
    assert number(7) == "7"
    with pytest.raises(ValueError, match="invalid literal"):
        number("1; DROP TABLE t")  # type: ignore[arg-type]  # what a caller must not do


def test_parts_are_put_into_their_places_and_not_read_again() -> None:
    assert sql("{} = {}", Sql("'{}'"), Sql("$1")) == "'{}' = $1"


def test_as_many_parts_as_places_are_asked_for() -> None:
    with pytest.raises(ValueError, match="1 places for 2 parts"):
        sql("{}", Sql("a"), Sql("b"))


@pytest.mark.parametrize(
    ("type_", "spelled"),
    [
        (INTEGER, "int4"),
        (array(INTEGER), "int4[]"),
        (base("char"), '"pg_catalog"."char"'),
        (base("bit"), '"pg_catalog"."bit"'),
        (base("citext", "public"), '"public"."citext"'),
        (DataType('a"b', "c; d", TypeKind.ENUM), '"a""b"."c; d"'),
        (array(DataType("public", "Mood", TypeKind.ENUM)), '"public"."Mood"[]'),
        (domain("d", INTEGER), '"public"."d"'),
    ],
)
def test_types_are_spelled_as_casts_take_them(type_: DataType, spelled: str) -> None:
    assert type_name(type_) == spelled


def test_values_are_numbered_by_their_first_use_and_bound_once() -> None:
    binder = Binder()
    one, other = Parameter(7, INTEGER), Parameter(3, TEXT)

    assert [binder.bind(each) for each in (one, other, one)] == ["$1::int4", "$2::text", "$1::int4"]
    assert binder.parameters == (one, other)


def test_one_value_read_as_two_types_is_bound_twice() -> None:
    binder = Binder()

    assert [binder.bind(Parameter(0, type_)) for type_ in (INTEGER, TEXT)] == ["$1::int4", "$2::text"]


def test_what_is_not_read_when_it_is_bound_is_cast_from_a_text() -> None:
    assert Binder().bind(Parameter(0, base("timestamptz"))) == "$1::text::timestamptz"
    assert Binder().bind(Parameter(0, domain("d", INTEGER))) == '$1::text::"public"."d"'


def test_lists_are_bound_whole_or_one_by_one() -> None:
    binder = Binder()

    assert binder.bind(Parameter(0, INTEGER, many=True)) == "$1::text[]::int4[]"
    assert binder.bind(Parameter(1, TEXT, many=True)) == "$2::text[]"
    assert binder.bind_all((Parameter(2, INTEGER), Parameter(3, INTEGER))) == "ARRAY[$3::int4, $4::int4]"
    assert binder.bind_all(()) == "'{}'"
