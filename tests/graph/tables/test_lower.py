from __future__ import annotations

from typing import Any

import pytest

from domain.errors import InvalidInputError
from domain.tables.operators import Direction, Operator
from domain.tables.plan import (
    And,
    ByKeyRoot,
    ColumnOutput,
    Comparison,
    ConstantOutput,
    Exists,
    ListOutput,
    ListRoot,
    Not,
    NullTest,
    ObjectOutput,
    Or,
    OrderTerm,
    Parameter,
)
from tests.domain.tables.catalogs import INTEGER, TEXT, base
from tests.graph.tables.planning import ALBUM, ARTIST, MOOD, Read

NAME, MOOD_COLUMN, LIVE, TAGS, MOODS = (ARTIST.by_name[each] for each in ("name", "mood", "live", "tags", "moods"))


def where(text: str, **variables: Any) -> Any:
    names = {"v": "String!", "n": "Int", "names": "[String!]"}
    declared = ", ".join(f"${name}: {names[name]}" for name in variables)
    root = (
        Read(f"query {f'({declared})' if declared else ''} {{ artist(where: {text}) {{ id }} }}", variables)
        .plan()
        .roots[0]
    )
    return root.rows.where


def eq(source: int, operator: Operator = Operator.EQ) -> Comparison:
    return Comparison(NAME, operator, Parameter(source, TEXT))


def test_a_list_and_a_row_by_key_are_roots_under_their_response_keys() -> None:
    roots = Read("{ a: artist { id } b: artistByPk(id: 7) { id } }").plan().roots

    assert isinstance(roots[0], ListRoot)
    assert roots[0].key == "a"
    assert isinstance(roots[1], ByKeyRoot)
    assert roots[1].key == "b"
    assert roots[1].rows.where == And((Comparison(ARTIST.by_name["id"], Operator.EQ, Parameter(0, INTEGER)),))


def test_outputs_follow_the_selection() -> None:
    rows = Read("{ album { t: title __typename artist { name album { id } } } }").plan().roots[0].rows

    title, typename, artist = rows.output
    assert title == ColumnOutput("t", ALBUM.by_name["title"])
    assert typename == ConstantOutput("__typename", "Album")
    assert isinstance(artist, ObjectOutput)
    assert artist.output[0] == ColumnOutput("name", NAME)
    assert isinstance(artist.output[1], ListOutput)
    assert artist.output[1].rows.table is ALBUM


@pytest.mark.parametrize(
    ("text", "predicate"),
    [
        ("{}", And(())),
        ('{name: {_eq: "x"}}', eq(0)),
        ('{name: {_eq: "x", _neq: "y"}}', And((eq(0), eq(1, Operator.NEQ)))),
        ("{name: {}}", And(())),
        ("{name: {_isNull: true}}", NullTest(NAME, is_null=True)),
        ("{name: {_isNull: false}}", NullTest(NAME, is_null=False)),
        ('{_and: [{name: {_eq: "x"}}]}', And((eq(0),))),
        ("{_and: []}", And(())),
        ("{_or: []}", Or(())),
        ('{_or: {name: {_eq: "x"}}}', Or((eq(0),))),
        ("{_not: {}}", Not(And(()))),
        ('{_not: {name: {_eq: "x"}}}', Not(eq(0))),
        ('{name: {_like: "x"}}', Comparison(NAME, Operator.LIKE, Parameter(0, TEXT, pattern=Operator.LIKE))),
        ("{mood: {_eq: sad}}", Comparison(MOOD_COLUMN, Operator.EQ, Parameter(0, MOOD))),
        ("{mood: {_in: [sad, happy]}}", Comparison(MOOD_COLUMN, Operator.IN, (Parameter(0, MOOD), Parameter(1, MOOD)))),
        ("{live: {_eq: true}}", Comparison(LIVE, Operator.EQ, Parameter(0, base("bool")))),
        ('{name: {_in: ["x"]}}', Comparison(NAME, Operator.IN, Parameter(0, TEXT, many=True))),
        ("{mood: {_in: []}}", Comparison(MOOD_COLUMN, Operator.IN, ())),
        ('{tags: {_contains: ["x"]}}', Comparison(TAGS, Operator.CONTAINS, Parameter(0, TEXT, many=True))),
        ("{moods: {_contains: [sad]}}", Comparison(MOODS, Operator.CONTAINS, Parameter(0, MOOD, many=True))),
    ],
)
def test_filters_become_predicates(text: str, predicate: object) -> None:
    assert where(text) == predicate


def test_a_relationship_asks_for_a_related_row() -> None:
    found = where('{album: {artist: {name: {_eq: "x"}}}}')

    assert isinstance(found, Exists)
    assert found.table is ALBUM
    assert isinstance(found.where, Exists)
    assert found.where.where == eq(0)


def test_a_list_given_whole_is_one_value_and_one_with_variables_is_several() -> None:
    assert where("{name: {_in: $names}}", names=["x", "y"]) == Comparison(
        NAME, Operator.IN, Parameter(0, TEXT, many=True)
    )
    assert where('{name: {_in: [$v, "x"]}}', v="y") == Comparison(
        NAME, Operator.IN, (Parameter(0, TEXT), Parameter(1, TEXT))
    )


def test_an_array_with_a_variable_in_it_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="give it whole"):
        where("{tags: {_eq: [$v]}}", v="x")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("{name: {_eq: null}}", ("name", "_eq")),
        ("{name: null}", ("name",)),
        ("{_or: [{_not: null}]}", ("_or", 0, "_not")),
        ("{album: {title: {_in: null}}}", ("album", "title", "_in")),
    ],
)
def test_null_is_refused_with_its_place(text: str, path: tuple[object, ...]) -> None:
    with pytest.raises(InvalidInputError) as caught:
        where(text)

    assert caught.value.path == ("artist", "where", *path)


def test_orderings_become_terms_in_their_order() -> None:
    rows = (
        Read("{ album(orderBy: [{title: DESC, id: ASC_NULLS_FIRST}, {artist: {name: ASC}}]) { id } }")
        .plan()
        .roots[0]
        .rows
    )

    own, key, through = rows.order_by
    assert own == OrderTerm(ALBUM.by_name["title"], Direction.DESC)
    assert key == OrderTerm(ALBUM.by_name["id"], Direction.ASC_NULLS_FIRST)
    assert isinstance(through, OrderTerm)
    assert (through.column, [table for _, table in through.through]) == (NAME, [ARTIST])


@pytest.mark.parametrize("text", ["[]", "{}", "null", "[{id: null}, {}]", "{artist: null}", "{artist: {}}"])
def test_an_ordering_by_nothing_has_no_terms(text: str) -> None:
    assert Read(f"{{ album(orderBy: {text}) {{ id }} }}").plan().roots[0].rows.order_by == ()


def test_numbers_of_rows_are_values_that_must_not_be_negative() -> None:
    read = Read("query ($n: Int) { artist(limit: $n, offset: 3) { id } }", {"n": 5})
    lowering, plan = read.lowering()
    rows = plan.roots[0].rows

    assert rows.limit is not None
    assert rows.offset is not None
    assert [read.values[each.source] for each in (rows.limit, rows.offset)] == ["5", "3"]
    assert lowering.counts == {rows.limit.source, rows.offset.source}


@pytest.mark.parametrize("text", ["limit: null", "limit: null, offset: null"])
def test_null_is_no_number_of_rows(text: str) -> None:
    rows = Read(f"{{ artist({text}) {{ id }} }}").plan().roots[0].rows

    assert (rows.limit, rows.offset) == (None, None)


def test_every_value_knows_its_place_in_the_request() -> None:
    read = Read('{ a: artist(where: {_or: [{name: {_eq: "x"}}]}, limit: 1) { album(offset: 2) { id } } }')
    lowering, _ = read.lowering()

    assert {read.values[source]: path for source, path in lowering.paths.items()} == {
        "x": ("a", "where", "_or", 0, "name", "_eq"),
        "1": ("a", "limit"),
        "2": ("a", "album", "offset"),
    }


def test_equal_documents_have_equal_plans_whatever_their_values() -> None:
    query = "query ($v: String) { artist(where: {name: {_eq: $v}}) { id } }"

    assert Read(query, {"v": "x"}).plan() == Read(query, {"v": "y"}).plan()
