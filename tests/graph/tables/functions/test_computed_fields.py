"""Functions of rows that are fields of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.graph.tables.refusals import assert_clear

if TYPE_CHECKING:
    from tests.graph.tables.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_it_is_there_wherever_a_row_is(authors: Served) -> None:
    data = await authors.data(
        """{
          authorByPk(id: 1) { fullName article { author { fullName } } }
          authorAggregate(where: {id: {_eq: 2}}) { nodes { fullName } }
          authorConnection(where: {id: {_eq: 3}}, first: 1) { edges { node { fullName } } }
          searchArticles(args: {search: "graphs"}) { author { fullName } }
        }"""
    )

    assert data == {
        "authorByPk": {"fullName": "Roger Chris", "article": [{"author": {"fullName": "Roger Chris"}}]},
        "authorAggregate": {"nodes": [{"fullName": "Daniel"}]},
        "authorConnection": {"edges": [{"node": {"fullName": "Ada Chris"}}]},
        "searchArticles": [{"author": {"fullName": "Daniel"}}],
    }
    assert len(authors.sent) == 1


async def test_its_arguments_are_given_default_and_missing(authors: Served) -> None:
    data = await authors.data('{ authorByPk(id: 2) { a: greeting(args: {greeting: "Hi", mark: null}) } }')
    assert data == {"authorByPk": {"a": None}}

    error = await authors.refusal("{ authorByPk(id: 2) { a: greeting(args: {}) } }")
    assert_clear(error, "VALIDATION", "authorByPk", "a", "args")


async def test_its_rows_keep_the_order_of_the_function_and_take_the_arguments_of_a_list(authors: Served) -> None:
    data = await authors.data(
        "{ authorByPk(id: 2) { plain: articlesAbout { id } turned: articlesAbout(orderBy: {id: DESC}) { id }"
        " some: articlesAbout(where: {id: {_gt: 2}}) { id } one: articlesAbout(limit: 1, offset: 1) { id }"
        " apart: articlesAbout(distinctOn: AUTHOR_ID) { id } } }"
    )

    assert data["authorByPk"] == {
        "plain": [{"id": 2}, {"id": 3}],
        "turned": [{"id": 3}, {"id": 2}],
        "some": [{"id": 3}],
        "one": [{"id": 3}],
        "apart": [{"id": 2}],
    }


async def test_pages_by_a_computed_value_follow_each_other(authors: Served) -> None:
    names: list[str] = []
    after = None
    for _ in range(3):
        data = await authors.data(
            "query ($after: String) { authorConnection(orderBy: {fullName: ASC}, first: 1, after: $after)"
            " { nodes { fullName } pageInfo { endCursor } } }",
            {"after": after},
        )
        names += [node["fullName"] for node in data["authorConnection"]["nodes"]]
        after = data["authorConnection"]["pageInfo"]["endCursor"]

    assert names == ["Ada Chris", "Daniel", "Roger Chris"]


async def test_of_a_row_that_is_not_there_nothing_is_computed(authors: Served) -> None:
    data = await authors.data("{ noted(orderBy: [{author: {label: ASC_NULLS_FIRST}}]) { id author { label } } }")

    assert data == {"noted": [{"id": 2, "author": None}, {"id": 1, "author": {"label": "1"}}]}


async def test_one_that_needs_arguments_is_not_in_filters_and_orderings(authors: Served) -> None:
    for document in (
        '{ author(where: {greeting: {_eq: ""}}) { id } }',
        "{ author(orderBy: {greeting: ASC}) { id } }",
        "{ author(orderBy: {articlesAbout: ASC}) { id } }",
    ):
        assert (await authors.refusal(document))["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
