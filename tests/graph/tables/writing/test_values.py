"""Values of any kind are written as they were given; none becomes SQL."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.tables.rows import array_literal

if TYPE_CHECKING:
    from tests.graph.tables.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

ATTACKS = [
    "'; DROP TABLE book; --",
    '"); DELETE FROM author; --',
    "$1",
    "{}",
    '{"a","b"}',
    "\\",
    "\\'; SELECT 1; --",
    "NULL",
    "(1,2)",
    "{{nested}}",
    "\r\n\t",
    "ünïcödé 🦑",
    "",
]
INSERT = """mutation ($rows: [AuthorInsertInput!]!) {
  insertAuthor(objects: $rows) { returning { name tags document book { id } } }
}"""
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("text", ATTACKS)
async def test_no_text_becomes_sql(library: Served, text: str) -> None:
    row = {"name": text, "tags": [text, None, text], "document": {text: [text]}}
    update = """mutation ($old: String!, $set: AuthorSetInput!, $more: jsonb!, $key: String!) {
      a: updateAuthor(where: {name: {_eq: $old}}, _set: $set, _append: {document: $more}) { affectedRows }
      b: updateAuthor(where: {name: {_eq: "new"}}, _deleteKey: {document: $key}) { returning { tags document } }
      c: updateAuthor(where: {name: {_eq: "new"}}, _deleteAtPath: {document: ["kept", $key]}) { affectedRows }
    }"""

    inserted = (await library.data(INSERT, {"rows": [row]}))["insertAuthor"]["returning"]
    updated = await library.data(
        update, {"old": text, "set": {"name": "new", "tags": [text]}, "more": {"kept": {text: 1}}, "key": text}
    )

    assert inserted == [row | {"book": []}]
    assert updated["a"] == {"affectedRows": 1}
    assert updated["b"] == {"returning": [{"tags": [text], "document": {"kept": {text: 1}}}]}
    assert len((await library.data("{ author { id } book { id } }"))["book"]) == 3


@pytest.mark.parametrize("text", ATTACKS)
async def test_no_literal_becomes_sql(library: Served, text: str) -> None:
    quoted = json.dumps(text)
    mutation = f"""mutation {{
      insertAuthorOne(object: {{name: {quoted}, tags: [{quoted}], document: {{k: {quoted}}}}}) {{ name tags document }}
    }}"""

    data = await library.data(mutation)

    assert data == {"insertAuthorOne": {"name": text, "tags": [text], "document": {"k": text}}}


def rows() -> st.SearchStrategy[list[dict[str, Any]]]:
    optional: dict[str, st.SearchStrategy[Any]] = {
        "tags": st.none() | st.lists(st.none() | TEXT, max_size=4),
        "document": JSON,
        "live": st.none() | st.booleans(),
        "stock": st.integers(1, 2**31 - 1),
        "mood": st.sampled_from([None, "sad", "happy"]),
    }
    row = st.fixed_dictionaries({"name": TEXT}, optional=optional)
    return st.lists(row, max_size=8, unique_by=lambda each: each["name"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows())
async def test_any_rows_come_back_as_they_were_given(library_server: Served, rows: list[dict[str, Any]]) -> None:
    query = """mutation ($rows: [AuthorInsertInput!]!) {
      deleteBook(where: {}) { affectedRows }
      deleteAuthor(where: {}) { affectedRows }
      insertAuthor(objects: $rows) { affectedRows returning { name tags document live stock mood } }
    }"""
    defaults = {"tags": ["new"], "document": None, "live": True, "stock": 5, "mood": None}

    data = await library_server.data(query, {"rows": rows})

    assert data["insertAuthor"] == {"affectedRows": len(rows), "returning": [defaults | row for row in rows]}


async def test_an_array_is_quoted_whole() -> None:
    assert array_literal(["a", None, 'b"c\\d', "NULL", ""]) == r'{"a",NULL,"b\"c\\d","NULL",""}'
