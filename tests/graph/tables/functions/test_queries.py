"""Functions that are query fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.graph.tables.refusals import assert_clear

if TYPE_CHECKING:
    from tests.graph.tables.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def found(served: Served, arguments: str, fields: str = "{ id }") -> list[dict[str, Any]]:
    data = await served.data(f"{{ searchArticles{arguments} {fields} }}")
    rows: list[dict[str, Any]] = data["searchArticles"]
    return rows


async def test_rows_keep_the_order_of_the_function_whatever_is_joined_to_them(authors: Served) -> None:
    rows = await found(authors, '(args: {search: "o"}, limit: 3)', "{ id author { id } }")

    assert rows == [{"id": 2, "author": {"id": 2}}, {"id": 3, "author": {"id": 2}}, {"id": 1, "author": {"id": 1}}]
    assert len(authors.sent) == 1


async def test_an_argument_that_is_left_out_has_the_default_and_null_is_null(authors: Served) -> None:
    assert len(await found(authors, '(args: {search: "o"})')) == 3
    assert await found(authors, '(args: {search: "o", minWords: null})') == []


async def test_what_has_no_default_must_be_given(authors: Served) -> None:
    error = await authors.refusal("{ searchArticles(args: {minWords: 1}) { id } }")

    assert error["message"] == "The argument search must be given; it may be null."
    assert_clear(error, "VALIDATION", "searchArticles", "args")


async def test_arguments_without_a_name_cannot_be_given_behind_one_that_is_left_out(authors: Served) -> None:
    error = await authors.refusal("{ ofAuthors(args: {ids: [1], arg2: true}) { id } }")

    assert error["message"] == "Behind arg2, arg1 must be given too."
    assert_clear(error, "VALIDATION", "ofAuthors", "args")


async def test_a_value_that_does_not_fit_names_its_place(authors: Served) -> None:
    error = await authors.refusal('{ ofAge(args: {at: "tomorrow or so"}) { id } }')

    assert_clear(error, "VALIDATION", "ofAge", "args", "at")


async def test_a_value_that_breaks_the_rule_of_a_domain_names_its_place(authors: Served) -> None:
    error = await authors.refusal("{ ofAge(args: {years: -1}) { id } }")

    assert_clear(error, "VALIDATION", "ofAge", "args", "years")


async def test_the_version_of_a_row_is_that_of_the_stored_one(authors: Served) -> None:
    data = await authors.data(
        "{ articleByPk(id: 3) { _version } newest { id _version }"
        ' searchArticles(args: {search: "more"}, offset: 0) { _version } invented { id _version } }'
    )

    assert data["newest"] == {"id": 3, **data["articleByPk"]}
    assert data["searchArticles"] == [data["articleByPk"]]
    assert data["invented"] == {"id": 99, "_version": "0"}


async def test_no_row_is_null(authors: Served) -> None:
    assert await authors.data("{ nobody { id } }") == {"nobody": None}
