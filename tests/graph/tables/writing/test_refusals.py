"""What a mutation refuses: with a code, with its root field, with table and columns, and nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.graph.tables.refusals import FORBIDDEN

if TYPE_CHECKING:
    from tests.graph.tables.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

EVERYTHING = "{ author(orderBy: {id: ASC}) { id name stock _version } book(orderBy: {id: ASC}) { id title } }"


@pytest.mark.parametrize(
    ("mutation", "code", "table", "columns"),
    [
        ('insertAuthorOne(object: {name: "Ada"}) { id }', "CONFLICT", "author", ["name"]),
        ('insertAuthorOne(object: {id: 1, name: "x"}) { id }', "CONFLICT", "author", ["id"]),
        ('insertBookOne(object: {authorId: 1, title: "Notes"}) { id }', "CONFLICT", "book", ["authorId", "title"]),
        ("insertBookOne(object: {authorId: 99}) { id }", "CONFLICT", "book", ["authorId"]),
        ("deleteAuthorByPk(id: 1) { id }", "CONFLICT", "book", ["authorId"]),
        ("insertAuthorOne(object: {}) { id }", "VALIDATION", "author", ["name"]),
        ("updateAuthor(where: {}, _set: {stock: null}) { affectedRows }", "VALIDATION", "author", ["stock"]),
        ("updateAuthor(where: {}, _inc: {stock: -9}) { affectedRows }", "VALIDATION", "author", ["stock"]),
    ],
)
async def test_a_constraint_is_told_by_its_table_and_columns(
    library: Served, mutation: str, code: str, table: str, columns: list[str]
) -> None:
    before = await library.data(EVERYTHING)

    error = await library.refusal(f"mutation {{ root: {mutation} }}")

    assert error["extensions"] == {"code": code, "table": table, "columns": columns}
    assert error["path"] == ["root"]
    assert not any(word in error["message"] for word in FORBIDDEN)
    assert await library.data(EVERYTHING) == before


@pytest.mark.parametrize(
    ("mutation", "path"),
    [
        ('updateAuthor(where: {}, _set: {code: "123456"}) { affectedRows }', None),
        ('updateAuthor(where: {}, _set: {code: "bad"}) { affectedRows }', None),
        ('insertLivelyOne(object: {name: "x"}) { id } updateLively(where: {}, _set: {id: 1}) { affectedRows }', None),
        ("updateAuthor(where: {}) { affectedRows }", ["root"]),
        ("updateAuthor(where: {}, _inc: {stock: null}) { affectedRows }", ["root", "_inc", "stock"]),
        ("updateAuthor(where: {}, _set: {stock: 1}, _inc: {stock: 1}) { affectedRows }", ["root", "_inc", "stock"]),
        ("updateAuthor(where: {id: {_eq: null}}, _inc: {stock: 1}) { affectedRows }", ["root", "where", "id", "_eq"]),
        (
            'insertAuthor(objects: [{name: "x"}, {name: "x"}], onConflict: {constraint: AUTHOR_NAME, updateColumns: [STOCK]}) { affectedRows }',
            None,
        ),
    ],
)
async def test_what_is_wrong_is_refused_and_nothing_is_written(
    library: Served, mutation: str, path: list[str] | None
) -> None:
    before = await library.data(EVERYTHING)

    error = await library.refusal(f"mutation {{ root: {mutation} }}")

    assert error["extensions"]["code"] in {"VALIDATION", "CONFLICT"}
    assert error["extensions"].get("path") == path
    assert not any(word in error["message"] for word in FORBIDDEN)
    assert await library.data(EVERYTHING) == before


@pytest.mark.parametrize(
    ("rows", "path"),
    [
        ([None], ["rows", 0]),
        (["x"], ["rows", 0]),
        ([{"name": "a"}, {"nam": "b"}], ["rows", 1, "nam"]),
        ([{"name": 5}], ["rows", 0, "name"]),
        ([{"mood": "angry"}], ["rows", 0, "mood"]),
        ([{"tags": [["x"]]}], ["rows", 0, "tags"]),
        ([{"name": "nul \0"}], ["rows", 0, "name"]),
        (None, ["rows"]),
    ],
)
async def test_a_row_that_is_none_is_refused_with_its_place(
    library: Served, rows: object, path: list[str | int]
) -> None:
    query = "mutation ($rows: [AuthorInsertInput!]!) { insertAuthor(objects: $rows) { affectedRows } }"

    error = await library.refusal(query, {"rows": rows})

    assert error["extensions"]["code"] == "VALIDATION"
    assert error["extensions"]["path"] == path
    assert library.sent == []


async def test_mutations_of_the_platform_are_not_mixed_with_those_of_tables(library: Served) -> None:
    error = await library.refusal('mutation { insertAuthorOne(object: {name: "x"}) { id } reloadCatalog { version } }')

    assert error["extensions"]["code"] == "VALIDATION"
    assert library.sent == []


async def test_more_updates_than_the_limit_are_refused(library: Served) -> None:
    query = "mutation ($updates: [AuthorUpdates!]!) { updateAuthorMany(updates: $updates) { affectedRows } }"
    update = {"where": {"id": {"_eq": 1}}, "_inc": {"stock": 1}}

    error = await library.refusal(query, {"updates": [update] * 501})
    none = await library.data(query, {"updates": []})

    assert error["extensions"] == {"code": "VALIDATION", "path": ["updateAuthorMany", "updates"]}
    assert none == {"updateAuthorMany": []}
