from __future__ import annotations

from typing import Any

import pytest
from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLString,
    Undefined,
)

from domain.errors import InvalidInputError
from graph.tables.coercion import MAX_NESTING, VariableCoercer
from graph.tables.shapes import Leaf

MOOD = GraphQLEnumType("Mood", {"SAD": "sad", "HAPPY": "happy"})
WHERE: GraphQLInputObjectType = GraphQLInputObjectType(
    "Where",
    lambda: {
        "n": GraphQLInputField(GraphQLInt),
        "s": GraphQLInputField(GraphQLString),
        "f": GraphQLInputField(GraphQLBoolean),
        "mood": GraphQLInputField(MOOD),
        "many": GraphQLInputField(GraphQLList(GraphQLNonNull(GraphQLInt))),
        "moods": GraphQLInputField(GraphQLList(MOOD)),
        "and": GraphQLInputField(GraphQLList(GraphQLNonNull(WHERE))),
    },
)
STRICT = GraphQLInputObjectType("Strict", {"n": GraphQLInputField(GraphQLNonNull(GraphQLInt))})


def coerce(type_: Any, value: Any, default: Any = Undefined) -> tuple[Any, list[Any], dict[str, Any]]:
    """The shape, the leaves and the tree of one variable `v`."""
    coercer = VariableCoercer([("v", type_, default)])
    shapes, leaves = coercer.coerce({} if value is Undefined else {"v": value})
    return shapes, leaves, coercer.trees(shapes)


def shape(type_: Any, value: Any, default: Any = Undefined) -> Any:
    return coerce(type_, value, default)[0]


@pytest.mark.parametrize(
    ("type_", "one", "other"),
    [
        (GraphQLInt, 1, 2),
        (GraphQLString, "a", "'; --"),
        (GraphQLList(GraphQLInt), [1], [1, 2, 3]),
        (GraphQLList(GraphQLInt), 1, []),
        (WHERE, {"n": 1, "s": "a"}, {"n": 2, "s": "b"}),
        (WHERE, {"many": [1, 2]}, {"many": []}),
        (WHERE, {"and": [{"n": 1}, {"s": "x"}]}, {"and": [{"n": 2}, {"s": "y"}]}),
        (WHERE, {"and": {"n": 1}}, {"and": [{"n": 2}]}),
    ],
)
def test_other_leaves_have_the_same_shape(type_: Any, one: Any, other: Any) -> None:
    assert shape(type_, one) == shape(type_, other)
    assert hash(shape(type_, one)) == hash(shape(type_, other))


@pytest.mark.parametrize(
    ("type_", "one", "other"),
    [
        (GraphQLInt, 1, None),
        (GraphQLInt, None, Undefined),
        (GraphQLInt, 1, Undefined),
        (GraphQLBoolean, True, False),
        (GraphQLBoolean, False, None),
        (MOOD, "SAD", "HAPPY"),
        (GraphQLList(MOOD), ["SAD"], ["SAD", "SAD"]),
        (WHERE, {"n": 1}, {"n": None}),
        (WHERE, {"n": 1}, {}),
        (WHERE, {"n": None}, {}),
        (WHERE, {"n": 1}, {"s": "1"}),
        (WHERE, {"n": 1, "s": "a"}, {"s": "a", "n": 1}),
        (WHERE, {"f": True}, {"f": False}),
        (WHERE, {"mood": "SAD"}, {"mood": "HAPPY"}),
        (WHERE, {"and": []}, {"and": [{}]}),
        (WHERE, {"and": [{}]}, {"and": [{}, {}]}),
        (WHERE, {"and": []}, {"and": None}),
        (WHERE, {"many": [1]}, {"many": None}),
    ],
)
def test_another_statement_is_another_shape(type_: Any, one: Any, other: Any) -> None:
    assert shape(type_, one) != shape(type_, other)


@pytest.mark.parametrize(
    ("type_", "value", "leaves", "tree"),
    [
        (GraphQLInt, 5, ["5"], Leaf(0)),
        (GraphQLFloat, 1.5, ["1.5"], Leaf(0)),
        (GraphQLBoolean, True, [], True),
        (MOOD, "SAD", [], "sad"),
        (GraphQLInt, None, [], None),
        (GraphQLList(GraphQLInt), [1, None], [["1", None]], Leaf(0)),
        (GraphQLList(GraphQLInt), 1, [["1"]], Leaf(0)),
        (GraphQLList(MOOD), ["SAD", None], [], ["sad", None]),
        (
            WHERE,
            {"s": "a", "and": [{"n": 1}, {"many": [2, 3]}]},
            ["a", "1", ["2", "3"]],
            {"s": Leaf(0), "and": [{"n": Leaf(1)}, {"many": Leaf(2)}]},
        ),
    ],
)
def test_leaves_are_numbered_in_the_order_they_are_found(type_: Any, value: Any, leaves: Any, tree: Any) -> None:
    assert coerce(type_, value)[1:] == (leaves, {"v": tree})


def test_leaves_are_counted_over_all_variables() -> None:
    coercer = VariableCoercer([("a", GraphQLInt, Undefined), ("b", WHERE, Undefined), ("c", GraphQLString, Undefined)])

    shapes, leaves = coercer.coerce({"c": "z", "b": {"n": 2}, "a": 1})

    assert leaves == ["1", "2", "z"]
    assert coercer.trees(shapes) == {"a": Leaf(0), "b": {"n": Leaf(1)}, "c": Leaf(2)}


def test_a_default_is_used_only_where_nothing_is_given() -> None:
    assert coerce(GraphQLInt, Undefined, 7)[1:] == (["7"], {"v": Leaf(0)})
    assert coerce(GraphQLInt, 5, 7)[1:] == (["5"], {"v": Leaf(0)})
    assert coerce(GraphQLInt, None, 7)[1:] == ([], {"v": None})


def test_what_is_not_given_is_not_there() -> None:
    assert coerce(GraphQLInt, Undefined)[1:] == ([], {})


def test_variables_that_are_not_declared_are_not_heeded() -> None:
    assert VariableCoercer([]).coerce({"v": 1}) == ((), [])


@pytest.mark.parametrize(
    ("type_", "value", "path"),
    [
        (GraphQLNonNull(GraphQLInt), None, ("v",)),
        (GraphQLNonNull(GraphQLInt), Undefined, ("v",)),
        (GraphQLInt, "x", ("v",)),
        (GraphQLInt, 2**31, ("v",)),
        (GraphQLInt, True, ("v",)),
        (GraphQLString, 1, ("v",)),
        (GraphQLString, "\0", ("v",)),
        (GraphQLBoolean, 1, ("v",)),
        (MOOD, "sad", ("v",)),
        (MOOD, {}, ("v",)),
        (MOOD, [], ("v",)),
        (GraphQLList(GraphQLInt), [1, "x"], ("v", 1)),
        (GraphQLList(GraphQLNonNull(GraphQLInt)), [None], ("v", 0)),
        (GraphQLList(MOOD), ["SAD", "x"], ("v", 1)),
        (WHERE, [], ("v",)),
        (WHERE, {"n": "x"}, ("v", "n")),
        (WHERE, {"and": [{}, {"many": [1, None]}]}, ("v", "and", 1, "many", 1)),
        (WHERE, {"nothing": 1}, ("v", "nothing")),
        (STRICT, {}, ("v",)),
        (STRICT, {"n": None}, ("v", "n")),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(type_: Any, value: Any, path: Any) -> None:
    with pytest.raises(InvalidInputError) as caught:
        coerce(type_, value)

    assert caught.value.path == path


@pytest.mark.parametrize("levels", [MAX_NESTING, 5000])
def test_a_value_that_is_nested_too_deeply_is_refused(levels: int) -> None:
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"and": [value]}

    with pytest.raises(InvalidInputError, match="too deeply"):
        coerce(WHERE, value)


@pytest.mark.parametrize(
    ("type_", "value", "leaf"),
    [
        (GraphQLList(GraphQLString), '{a,"b,c",NULL}', ["a", "b,c", None]),
        (GraphQLList(GraphQLString), "{a", ["{a"]),
        (GraphQLList(GraphQLNonNull(GraphQLString)), "{a}", ["{a}"]),
        (GraphQLList(GraphQLInt), "{1,2}", ["1", "2"]),
    ],
)
def test_an_array_may_be_given_as_postgresql_writes_it(type_: Any, value: Any, leaf: list[str | None]) -> None:
    assert coerce(type_, value)[1] == [leaf]


def test_an_array_as_postgresql_writes_it_holds_what_a_text_may() -> None:
    with pytest.raises(InvalidInputError, match="U\\+0000"):
        coerce(GraphQLList(GraphQLString), "{a\0}")
