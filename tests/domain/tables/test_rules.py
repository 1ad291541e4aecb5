from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.tables.aggregates import Function, Measure, MeasureTest, value_column
from domain.tables.catalog import Column, DataType, TypeKind
from domain.tables.model import build_model
from domain.tables.operators import Operator
from domain.tables.plan import (
    EVERYTHING,
    And,
    Cast,
    ColumnComparison,
    Comparison,
    Exists,
    Fixed,
    Not,
    NullTest,
    Or,
    SessionVariable,
)
from domain.tables.rules import MAX_DEPTH, MAX_MEMBERS, InvalidRuleError, read_rule
from tests.domain.tables.catalogs import INTEGER, TEXT, array, base, catalog, reference, table

if TYPE_CHECKING:
    from domain.tables.catalog import Table
    from domain.tables.plan import Predicate

MOOD = DataType("public", "mood", TypeKind.ENUM, labels=("sad", "happy"))
JSONB = base("jsonb")


def with_columns(of: Table, **types: DataType) -> Table:
    further = tuple(Column(name, type_, type_.name, nullable=True) for name, type_ in types.items())
    return type(of)(of.name, of.kind, of.columns + further, None, of.primary_key, of.unique_keys, of.foreign_keys)


AUTHOR = with_columns(
    table("author", "id age born_in"),
    name=TEXT,
    mood=MOOD,
    live=base("bool"),
    tags=array(TEXT),
    extra=JSONB,
    key=base("uuid"),
)
ARTICLE = with_columns(table("article", "id author_id rank", reference("f", "author_id", "author")), title=TEXT)
ADMINS = table("admins", "id", schema="staff")
MODEL = build_model(catalog(AUTHOR, ARTICLE, ADMINS))
TO_AUTHOR = MODEL.relationships[ARTICLE.name]["author"]
TO_ARTICLES = MODEL.relationships[AUTHOR.name]["article"]
ID, AGE, NAME, EXTRA = (AUTHOR.by_name[name] for name in ("id", "age", "name", "extra"))


def read(rule: Any, of: Table = AUTHOR) -> Predicate:
    return read_rule(rule, of, MODEL)


def is_(column: Column, value: str, type_: DataType | None = None) -> Comparison:
    return Comparison(column, Operator.EQ, Fixed(value, type_ or column.type))


def test_no_rule_and_an_empty_one_hold_for_every_row() -> None:
    assert read(None) == read({}) == read({"_and": []}) == read({"name": {}}) == EVERYTHING


def test_a_bare_value_is_equality() -> None:
    assert read({"id": 5}) == read({"id": {"_eq": 5}}) == is_(ID, "5")
    assert read({"live": True}) == is_(AUTHOR.by_name["live"], "true")


@pytest.mark.parametrize("spelling", ["_eq", "$eq"])
def test_operators_are_spelled_with_either_sign(spelling: str) -> None:
    assert read({"id": {spelling: 5}}) == is_(ID, "5")


@pytest.mark.parametrize(
    ("spelling", "operator", "value"),
    [
        ("_ne", Operator.NEQ, 1),
        ("_neq", Operator.NEQ, 1),
        ("$gte", Operator.GTE, 1),
        ("_lt", Operator.LT, 1),
    ],
)
def test_comparisons(spelling: str, operator: Operator, value: int) -> None:
    assert read({"id": {spelling: value}}) == Comparison(ID, operator, Fixed(str(value), INTEGER))


@pytest.mark.parametrize("spelling", ["_is_null", "_isNull", "$is_null"])
def test_null_tests(spelling: str) -> None:
    assert read({"name": {spelling: True}}) == NullTest(NAME, is_null=True)


@pytest.mark.parametrize("spelling", ["_has_keys_any", "_hasKeysAny", "$has_keys_any"])
def test_operators_of_several_words(spelling: str) -> None:
    found = Comparison(EXTRA, Operator.HAS_KEYS_ANY, Fixed(("a", "b"), TEXT, many=True))

    assert read({"extra": {spelling: ["a", "b"]}}) == found


def test_several_members_all_hold() -> None:
    both = And((is_(ID, "1"), is_(AGE, "2")))

    assert read({"id": 1, "age": 2}) == read({"_and": [{"id": 1}, {"age": 2}]}) == both


def test_logic() -> None:
    assert read({"_or": [{"id": 1}, {"_not": {"age": 2}}]}) == Or((is_(ID, "1"), Not(is_(AGE, "2"))))
    assert read({"$or": [{"id": 1}, {}]}) == EVERYTHING
    assert read({"_or": []}) == Or(())
    assert read({"_not": {}}) == Not(EVERYTHING)
    assert read({"$and": {"id": 1}}) == is_(ID, "1")


def test_a_relationship_asks_for_a_related_row() -> None:
    assert read({"author": {"id": 1}}, ARTICLE) == Exists(TO_AUTHOR, AUTHOR, is_(ID, "1"))
    assert read({"article": {}}) == Exists(TO_ARTICLES, ARTICLE, EVERYTHING)


def test_names_are_understood_in_camel_case() -> None:
    assert read({"bornIn": 3}) == read({"born_in": 3})


def test_a_name_that_could_be_two_is_refused() -> None:
    twins = table("twins", "id a_b ab_")

    assert read_rule({"a_b": 1}, twins, build_model(catalog(twins))) == is_(twins.by_name["a_b"], "1")
    with pytest.raises(InvalidRuleError):
        read_rule({"aB": 1}, twins, build_model(catalog(twins)))


def test_any_row_of_another_table() -> None:
    staff = {"_exists": {"_table": {"schema": "staff", "name": "admins"}, "_where": {"id": "X-Hasura-User-Id"}}}
    where = Comparison(ADMINS.by_name["id"], Operator.EQ, SessionVariable("x-user-id", INTEGER))

    assert read(staff) == Exists(None, ADMINS, where)
    assert read({"_exists": {"_table": "article", "_where": {}}}) == Exists(None, ARTICLE, EVERYTHING)


@pytest.mark.parametrize(
    "value", [{}, {"_table": "article"}, {"_table": "nothing", "_where": {}}, {"_table": 1, "_where": {}}, []]
)
def test_any_row_of_no_table(value: Any) -> None:
    with pytest.raises(InvalidRuleError):
        read({"_exists": value})


def test_columns_are_compared_with_columns() -> None:
    greater = ColumnComparison(ID, Operator.GT, AGE)

    assert read({"id": {"_cgt": "age"}}) == read({"id": {"$cgt": ["age"]}}) == greater
    for spelling in ("_cne", "_cneq", "$cne"):
        assert read({"id": {spelling: "age"}}) == ColumnComparison(ID, Operator.NEQ, AGE)


def test_columns_are_compared_with_those_of_the_outermost_row() -> None:
    rank = ARTICLE.by_name["rank"]
    rule = {"article": {"_not": {"rank": {"_clte": ["$", "age"]}}}}

    assert read(rule) == Exists(TO_ARTICLES, ARTICLE, Not(ColumnComparison(rank, Operator.LTE, AGE, of_root=True)))


def test_columns_that_cannot_be_compared_are_not() -> None:
    with pytest.raises(InvalidRuleError) as refusal:
        read({"id": {"_ceq": "name"}})

    assert refusal.value.path == ("id", "_ceq")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("X-Hasura-User-Id", "x-user-id"),
        ("x-hasura-USER-id", "x-user-id"),
        ("X-User-Id", "x-user-id"),
        ("x-user-id", "x-user-id"),
        ("X-Company-Id", "x-company-id"),
        ("x-hasura-org", "x-org"),
    ],
)
def test_session_variables(text: str, name: str) -> None:
    assert read({"name": text}) == Comparison(NAME, Operator.EQ, SessionVariable(name, TEXT))


@pytest.mark.parametrize("text", ["x ray", "X", "x", "X_Hasura_User_Id", "ax-ray", "X-", "x-ray vision", ""])
def test_other_texts_are_texts(text: str) -> None:
    assert read({"name": text}) == is_(NAME, text)


def test_a_text_that_could_be_a_variable_is_to_be_told_apart() -> None:
    with pytest.raises(InvalidRuleError, match="X-Hasura-ray"):
        read({"name": "x-ray"})

    for text in ("x-ray", "X-Hasura-User-Id"):
        assert read({"name": {"_text": text}}) == read({"name": {"_eq": {"_text": text}}}) == is_(NAME, text)
        assert read({"extra": {"_text": text}}) == is_(EXTRA, f'"{text}"')


def test_a_text_like_a_variable_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidRuleError, match="no name of a session variable"):
        read({"name": "X-Hasura-Org.Id"})


@pytest.mark.parametrize("value", [{"_contian": {"a": 1}}, {"a": 1}, {"_eq": 1, "a": 1}])
def test_an_object_is_one_of_operators_for_json_too(value: Any) -> None:
    with pytest.raises(InvalidRuleError, match="no operator"):
        read({"extra": value})


def test_lists_of_values() -> None:
    assert read({"id": {"_in": [1, 2]}}) == Comparison(ID, Operator.IN, Fixed(("1", "2"), INTEGER, many=True))
    held = SessionVariable("x-ids", INTEGER, many=True)
    assert read({"id": {"$in": "X-Hasura-Ids"}}) == Comparison(ID, Operator.IN, held)
    mixed = (Fixed("1", INTEGER), SessionVariable("x-user-id", INTEGER))
    assert read({"id": {"_nin": [1, "X-User-Id"]}}) == Comparison(ID, Operator.NIN, mixed)


@pytest.mark.parametrize("item", ["X-User-Id", "x-hasura-a", "x-ray"])
def test_a_variable_in_an_array_is_refused(item: str) -> None:
    with pytest.raises(InvalidRuleError):
        read({"tags": {"_contains": ["a", item]}})


def test_values_of_arrays() -> None:
    tags = AUTHOR.by_name["tags"]

    assert read({"tags": {"_contains": ["a", None]}}) == Comparison(
        tags, Operator.CONTAINS, Fixed(("a", None), TEXT, many=True)
    )
    assert read({"tags": "{a,b}"}) == is_(tags, "{a,b}")
    assert read({"tags": {"_overlaps": "X-Hasura-Tags"}}) == Comparison(
        tags, Operator.OVERLAPS, SessionVariable("x-tags", TEXT, many=True)
    )


def test_values_of_json() -> None:
    assert read({"extra": {"_contains": {"a": [1]}}}) == Comparison(
        EXTRA, Operator.CONTAINS, Fixed('{"a": [1]}', JSONB)
    )
    assert read({"extra": {"_eq": {"a": 1}}}) == is_(EXTRA, '{"a": 1}')
    assert read({"extra": {"_has_key": "X-Hasura-Key"}}) == Comparison(
        EXTRA, Operator.HAS_KEY, SessionVariable("x-key", TEXT)
    )
    assert read({"extra": {"_cast": {"String": {"_like": "%a%"}}}}) == Comparison(
        Cast(EXTRA, TEXT), Operator.LIKE, Fixed("%a%", TEXT)
    )


def test_what_related_rows_come_to() -> None:
    count = Measure(Function.COUNT)
    rule = {"article_aggregate": {"count": {"predicate": {"_gt": 2}, "filter": {"rank": 1}}}}

    value = value_column(count)
    assert read(rule) == MeasureTest(
        TO_ARTICLES,
        ARTICLE,
        count,
        is_(ARTICLE.by_name["rank"], "1"),
        Comparison(value, Operator.GT, Fixed("2", value.type)),
    )


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ({"nothing": 1}, ("nothing",)),
        ({"article": {"nothing": 1}}, ("article", "nothing")),
        ({"id": {"_eq": None}}, ("id", "_eq")),
        ({"id": None}, ("id",)),
        ({"id": "five"}, ("id",)),
        ({"id": 2**31}, ("id",)),
        ({"id": 1.5}, ("id",)),
        ({"id": True}, ("id",)),
        ({"live": 3}, ("live",)),
        ({"mood": "angry"}, ("mood",)),
        ({"key": "no-uuid"}, ("key",)),
        ({"id": {"_like": "%"}}, ("id", "_like")),
        ({"id": {"_nothing": 1}}, ("id", "_nothing")),
        ({"id": {"eq": 1}}, ("id", "eq")),
        ({"id": {"_in": 1}}, ("id", "_in")),
        ({"id": {"_in": [1, "a"]}}, ("id", "_in", 1)),
        ({"id": [1]}, ("id",)),
        ({"_and": [{"id": 1}, {"id": "a"}]}, ("_and", 1, "id")),
        ({"_or": [1]}, ("_or", 0)),
        ({"_not": []}, ("_not",)),
        ({"name": {"_is_null": "yes"}}, ("name", "_is_null")),
        ({"name": "a\0"}, ("name",)),
        ({"id": {"_ceq": "nothing"}}, ("id", "_ceq")),
        ({"id": {"_ceq": ["$$", "age"]}}, ("id", "_ceq")),
        ({"article": 1}, ("article",)),
        ({"article_aggregate": {"sum": {"predicate": {}}}}, ("article_aggregate", "sum")),
        ({"article_aggregate": {"count": {}}}, ("article_aggregate", "count")),
        ({"author_aggregate": {"count": {"predicate": {}}}}, ("author_aggregate",)),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(rule: Any, path: tuple[str | int, ...]) -> None:
    with pytest.raises(InvalidRuleError) as refusal:
        read(rule)

    assert refusal.value.path == path


def test_a_rule_has_bounds() -> None:
    deep: dict[str, Any] = {}
    for _ in range(MAX_DEPTH + 1):
        deep = {"_not": deep}
    endless: Any = []
    for _ in range(100_000):
        endless = [endless]

    for rule in (deep, {"_or": [{"id": 1}] * MAX_MEMBERS}, {"extra": endless}):
        with pytest.raises(InvalidRuleError, match="at most"):
            read(rule)
