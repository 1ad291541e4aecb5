"""What a mutation refuses in databases of other kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.graph.access.calls import call, make_key

if TYPE_CHECKING:
    from tests.graph.conftest import Serve


async def test_a_value_that_cannot_be_read_is_found_in_its_row(serve: Serve) -> None:
    served = await serve("CREATE TABLE t (id integer, day date, label text)")
    rows: list[dict[str, Any]] = [{"id": n, "day": "2026-01-01"} for n in range(40)]
    rows[30] = {"id": 30, "label": "x", "day": "yesterday evening"}
    query = "mutation ($rows: [TInsertInput!]!) { insertT(objects: $rows) { affectedRows } }"

    error = await served.refusal(query, {"rows": rows})
    rows[31] = {"id": "31"}
    early = await served.refusal(query, {"rows": rows})
    single = await served.refusal('mutation { insertTOne(object: {day: "never"}) { id } }')

    assert error["extensions"] == {"code": "VALIDATION", "path": ["insertT", "objects", 30, "day"]}
    assert early["extensions"]["path"] == ["rows", 31, "id"]
    assert single["extensions"]["path"] == ["insertTOne", "object", "day"]


async def test_rows_of_too_many_kinds_are_refused(serve: Serve) -> None:
    served = await serve("CREATE TABLE t (" + ", ".join(f"c{n} integer" for n in range(101)) + ")")
    query = "mutation ($rows: [TInsertInput!]!) { insertT(objects: $rows) { affectedRows } }"

    error = await served.refusal(query, {"rows": [{f"c{n}": 1} for n in range(101)]})

    assert error["extensions"] == {"code": "VALIDATION", "path": ["rows", 100]}
    assert await served.data(query, {"rows": [{f"c{n}": 1} for n in range(100)]}) == {"insertT": {"affectedRows": 100}}


async def test_a_key_needs_the_scope_of_writing_and_to_see_rows_that_of_reading(serve: Serve) -> None:
    served = await serve("CREATE TABLE t (id integer)")
    reader = await make_key(served, "reader", "admin", ["tables:read"])
    writer = await make_key(served, "writer", "admin", ["tables:write"])
    count = "mutation { insertT(objects: [{id: 1}]) { affectedRows } }"
    rows = "mutation { insertT(objects: [{id: 1}]) { returning { id } } }"

    assert await call(served, reader, count) == (None, "FORBIDDEN")
    assert await call(served, writer, rows) == (None, "FORBIDDEN")
    assert await served.data("{ t { id } }") == {"t": []}
    assert await call(served, writer, count) == ({"insertT": {"affectedRows": 1}}, None)
