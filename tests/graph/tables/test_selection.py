from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.errors import InvalidInputError
from graph.tables.shapes import Leaf
from tests.graph.tables.planning import Read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.tables.selection import Selected


def keys(selected: Sequence[Selected]) -> Any:
    """The response keys, and below each those of its type."""
    return {each.key: keys(each.below) for each in selected}


def keys_of(query: str, **variables: Any) -> Any:
    return keys(Read(query, variables).selected)


def arguments_of(query: str, **variables: Any) -> tuple[Any, list[Any]]:
    read = Read(query, variables)
    return dict(read.selected[0].arguments), read.values


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("{ artist { id name } }", {"artist": {"id": {}, "name": {}}}),
        ("{ a: artist { b: id c: id } }", {"a": {"b": {}, "c": {}}}),
        ("{ artist { name id name } }", {"artist": {"name": {}, "id": {}}}),
        ("{ artist { id } artist { name } }", {"artist": {"id": {}, "name": {}}}),
        ("{ album { artist { id } id artist { name } } }", {"album": {"artist": {"id": {}, "name": {}}, "id": {}}}),
        ("{ artist { __typename t: __typename } }", {"artist": {"__typename": {}, "t": {}}}),
        ("{ artist { ... { id ... on Artist { name } } } }", {"artist": {"id": {}, "name": {}}}),
        (
            "{ artist { ...F id } } fragment F on Artist { name ...G } fragment G on Artist { live }",
            {"artist": {"name": {}, "live": {}, "id": {}}},
        ),
        ("{ ...R } fragment R on Query { artist { id } }", {"artist": {"id": {}}}),
        (
            "{ album { ...F artist { id } } } fragment F on Album { artist { name } }",
            {"album": {"artist": {"name": {}, "id": {}}}},
        ),
        ("{ artist { id @skip(if: true) name @include(if: false) live } }", {"artist": {"live": {}}}),
        (
            "{ artist { ... @skip(if: true) { id } ...F @include(if: false) live } } fragment F on Artist { name }",
            {"artist": {"live": {}}},
        ),
        (
            "{ artist { id @skip(if: false) @include(if: false) live @skip(if: false) @include(if: true) } }",
            {"artist": {"live": {}}},
        ),
        ("{ artist { id @skip(if: true) id } }", {"artist": {"id": {}}}),
    ],
)
def test_a_selection_is_merged_and_written_out(query: str, found: Any) -> None:
    assert keys_of(query) == found


def test_the_order_is_that_of_the_first_mention() -> None:
    found = keys_of("{ artist { live ...F id name } } fragment F on Artist { name live }")

    assert list(found["artist"]) == ["live", "name", "id"]


@pytest.mark.parametrize(("yes", "found"), [(True, {"artist": {"id": {}}}), (False, {"artist": {"name": {}}})])
def test_conditions_may_be_variables(yes: object, found: Any) -> None:
    query = "query ($yes: Boolean!) { artist { id @include(if: $yes) name @skip(if: $yes) } }"

    assert keys_of(query, yes=yes) == found


def test_conditions_may_be_defaults() -> None:
    assert keys_of("query ($no: Boolean! = false) { artist { id name @include(if: $no) } }") == {"artist": {"id": {}}}


@pytest.mark.parametrize(
    ("arguments", "tree", "values"),
    [
        ("", {}, []),
        ("limit: 5", {"limit": Leaf(0)}, ["5"]),
        ("limit: null", {"limit": None}, []),
        ("orderBy: {name: ASC}", {"orderBy": [{"name": "asc"}]}, []),
        ('where: {name: {_eq: "x"}}', {"where": {"name": {"_eq": Leaf(0)}}}, ["x"]),
        ('where: {name: {_in: ["x", "y"]}}', {"where": {"name": {"_in": Leaf(0)}}}, [["x", "y"]]),
        ('where: {name: {_in: "x"}}', {"where": {"name": {"_in": Leaf(0)}}}, [["x"]]),
        ("where: {mood: {_in: [sad]}}", {"where": {"mood": {"_in": ["sad"]}}}, []),
        ("where: {live: {_eq: true}}", {"where": {"live": {"_eq": True}}}, []),
        ('where: {tags: {_eq: ["x", null]}}', {"where": {"tags": {"_eq": Leaf(0)}}}, [["x", None]]),
    ],
)
def test_arguments_become_trees_with_numbered_leaves(arguments: str, tree: Any, values: list[Any]) -> None:
    written = f"({arguments})" if arguments else ""
    found, leaves = arguments_of(f"{{ artist{written} {{ id }} }}")

    assert (found, leaves) == (tree, values)


def test_leaves_of_variables_come_before_those_of_the_document() -> None:
    found, values = arguments_of(
        'query ($v: String, $n: Int) { artist(where: {name: {_eq: "x", _neq: $v}}, limit: $n) { id } }', v="y", n=3
    )

    assert found == {"where": {"name": {"_eq": Leaf(2), "_neq": Leaf(0)}}, "limit": Leaf(1)}
    assert values == ["y", "3", "x"]


def test_what_a_variable_does_not_give_is_left_out() -> None:
    found, _ = arguments_of(
        "query ($v: String, $w: ArtistBoolExp) { artist(where: {name: {_eq: $v}, _not: $w}, limit: 1) { id } }"
    )

    assert found["where"] == {"name": {}}


def test_a_variable_may_be_a_whole_argument_or_a_part_of_it() -> None:
    found, values = arguments_of(
        "query ($w: ArtistBoolExp!) { artist(where: {_or: [$w, {id: {_eq: 1}}]}) { id } }", w={"name": {"_eq": "x"}}
    )

    assert found["where"] == {"_or": [{"name": {"_eq": Leaf(0)}}, {"id": {"_eq": Leaf(1)}}]}
    assert values == ["x", "1"]


def test_a_literal_that_cannot_be_bound_is_told_with_its_whole_path() -> None:
    with pytest.raises(InvalidInputError) as caught:
        Read(r'{ a: artist { b: album(where: {title: {_in: ["x", "\u0000"]}}) { id } } }')

    assert caught.value.path == ("a", "b", "where", "title", "_in", 1)
