"""What a change does beside what the compiler's cases show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.graph.tables.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAMES = "{ author(orderBy: {id: ASC}) { name } }"


async def names(served: Served) -> list[str]:
    return [row["name"] for row in (await served.data(NAMES))["author"]]


async def type_fields(served: Served, name: str) -> list[str] | None:
    query = "query ($name: String!) { __type(name: $name) { fields { name } inputFields { name } } }"
    found = (await served.data(query, {"name": name}))["__type"]
    return found and [field["name"] for field in found["fields"] or found["inputFields"]]


async def test_a_thousand_rows_are_one_statement_of_a_parameter_a_column(library: Served) -> None:
    rows = [{"name": f"name {n}", "stock": n + 1} for n in range(1000)]

    data = await library.data(
        "mutation ($rows: [AuthorInsertInput!]!) { insertAuthor(objects: $rows) { affectedRows returning { name } } }",
        {"rows": rows},
    )

    assert data["insertAuthor"]["affectedRows"] == 1000
    assert [row["name"] for row in data["insertAuthor"]["returning"]] == [row["name"] for row in rows]
    assert len(library.sent) == 1
    assert len(library.sent[0].values) == 2


async def test_lists_of_any_length_are_compiled_once(library: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    query = "mutation ($rows: [AuthorInsertInput!]!) { insertAuthor(objects: $rows) { affectedRows } }"
    await library.data(query, {"rows": [{"name": "one"}]})

    def refuse(*_: object) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr("graph.tables.write_compiler.WriteLowering.writes", refuse)
    data = await library.data(query, {"rows": [{"name": "two"}, {"name": "three"}]})

    assert data == {"insertAuthor": {"affectedRows": 2}}


async def test_rows_come_back_in_the_order_they_were_given(library: Served) -> None:
    rows = [{"name": f"n{n}"} | ({"stock": n} if n % 3 else {}) | ({"live": True} if n % 2 else {}) for n in range(30)]

    data = await library.data(
        "mutation ($rows: [AuthorInsertInput!]!) { insertAuthor(objects: $rows) { returning { name book { id } } } }",
        {"rows": rows},
    )

    assert [row["name"] for row in data["insertAuthor"]["returning"]] == [row["name"] for row in rows]


async def test_what_the_database_makes_is_no_input(library: Served) -> None:
    assert await type_fields(library, "BookInsertInput") == ["authorId", "title", "author"]
    assert await type_fields(library, "AuthorSetInput") == [
        "id",
        "name",
        "mood",
        "live",
        "tags",
        "document",
        "stock",
        "code",
    ]
    assert await type_fields(library, "LivelyInsertInput") == ["id", "name"]
    assert await type_fields(library, "AuthorIncInput") == ["id", "stock"]
    assert await type_fields(library, "AuthorAppendInput") == ["document"]


async def test_what_cannot_be_written_has_no_mutations(library: Served) -> None:
    fields = await type_fields(library, "Mutation")

    assert fields is not None
    assert [field for field in fields if "Counts" in field] == []
    assert [field for field in fields if "Lively" in field] == [
        "insertLively",
        "insertLivelyOne",
        "updateLively",
        "updateLivelyMany",
        "deleteLively",
    ]


@pytest.mark.parametrize("skipped", [True, False])
async def test_root_fields_are_skipped_by_variable(library: Served, skipped: bool) -> None:  # noqa: FBT001 - a case
    query = 'mutation ($skip: Boolean!) { insertAuthorOne(object: {name: "Dan"}) @skip(if: $skip) { name } __typename }'

    data = await library.data(query, {"skip": skipped})

    assert data == ({} if skipped else {"insertAuthorOne": {"name": "Dan"}}) | {"__typename": "Mutation"}
    assert ("Dan" in await names(library)) is not skipped


async def test_a_version_changes_with_each_change(library: Served) -> None:
    read = "{ authorByPk(id: 1) { _version } authorAggregate(where: {id: {_eq: 1}}) { nodes { _version } } }"
    data = await library.data(read)
    first = data["authorByPk"]["_version"]
    update = "mutation ($v: String) { updateAuthorByPk(pkColumns: {id: 1}, _inc: {stock: 1}, ifVersion: $v) { stock _version } }"

    second = (await library.data(update, {"v": first}))["updateAuthorByPk"]
    stale = await library.refusal(update, {"v": first})
    third = (await library.data(update, {"v": None}))["updateAuthorByPk"]

    assert data["authorAggregate"]["nodes"] == [data["authorByPk"]]
    assert second["stock"] == 2
    assert stale["extensions"] == {"code": "CONFLICT"}
    assert stale["path"] == ["updateAuthorByPk"]
    assert third["stock"] == 3
    assert len({first, second["_version"], third["_version"]}) == 3
    assert (await library.data(read))["authorByPk"] == {"_version": third["_version"]}


async def test_a_stale_delete_deletes_nothing(library: Served) -> None:
    delete = "mutation ($v: String!) { deleteAuthorByPk(id: 3, ifVersion: $v) { name book { id } } }"
    version = (await library.data("{ authorByPk(id: 3) { _version } }"))["authorByPk"]["_version"]

    assert (await library.refusal(delete, {"v": "1"}))["extensions"]["code"] == "CONFLICT"
    assert await names(library) == ["Ada", "Bob", "Cid"]
    assert await library.data(delete, {"v": version}) == {"deleteAuthorByPk": {"name": "Cid", "book": []}}
    assert await library.data(delete, {"v": version}) == {"deleteAuthorByPk": None}


async def test_a_page_carries_versions_too(library: Served) -> None:
    query = "{ book(limit: 1, offset: 1, orderBy: {id: ASC}) { id _version author { _version } } }"

    row: Any = (await library.data(query))["book"][0]

    assert row["_version"].isdigit()
    assert row["author"]["_version"].isdigit()
