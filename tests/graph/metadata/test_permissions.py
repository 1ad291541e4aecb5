"""Permissions over GraphQL: set, replaced, dropped, listed; and what is refused."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from tests.graph.access.calls import call, make_key
from tests.graph.metadata.shop import OWN, SET, SHOP, grant, permissions, select, trail

if TYPE_CHECKING:
    from tests.graph.conftest import Serve
    from tests.graph.tables.serving import Served

DROP = 'mutation { dropTablePermission(table: "orders", role: "user", action: SELECT) { role filter } }'


async def test_a_permission_is_answered_and_listed_as_it_was_given(serve: Serve) -> None:
    served = await serve(SHOP)

    given = await grant(
        served,
        **select(columns=["id", "total", "id"], limit=10, allowAggregations=True, comment=" Their own. "),
    )
    await grant(served, table="customer", role="anonymous", action="SELECT", columns="*", filter={})
    await grant(
        served,
        table="orders",
        schema="public",
        role="user",
        action="INSERT",
        columns=["id", "total"],
        check={"total": {"_gt": 0}},
        presets={"customer_id": "X-User-Id", "state": "OPEN"},
        backendOnly=True,
    )

    assert given == {
        "table": "orders",
        "schema": "public",
        "role": "user",
        "action": "SELECT",
        "columns": ["id", "total"],
        "computedFields": [],
        "filter": OWN,
        "check": None,
        "presets": {},
        "limit": 10,
        "allowAggregations": True,
        "backendOnly": False,
        "comment": "Their own.",
    }
    found = await permissions(served)
    assert [(each["table"], each["role"], each["action"]) for each in found] == [
        ("customer", "anonymous", "SELECT"),
        ("orders", "user", "SELECT"),
        ("orders", "user", "INSERT"),
    ]
    assert found[0]["columns"] == ["*"]


async def test_permissions_are_listed_of_a_table_or_a_role(serve: Serve) -> None:
    served = await serve(SHOP, exposed_schemas=["public", "archive"])
    for table, schema, role in (
        ("orders", "public", "user"),
        ("customer", "public", "user"),
        ("orders", "public", "anonymous"),
        ("orders", "archive", "user"),
    ):
        await grant(served, table=table, schema=schema, role=role, action="SELECT", columns=["id"], filter={})

    answer = await served.data("""{
        table: permissions(table: "orders") { schema role }
        both: permissions(table: "orders", role: "user") { schema }
        role: permissions(role: "anonymous") { table }
        schema: permissions(schema: "archive") { table role }
        other: permissions(table: "orders", schema: "archive") { role }
        none: permissions(table: "missing") { role }
    }""")

    assert answer == {
        "table": [{"schema": "public", "role": "anonymous"}, {"schema": "public", "role": "user"}],
        "both": [{"schema": "public"}],
        "role": [{"table": "orders"}],
        "schema": [{"table": "orders", "role": "user"}],
        "other": [{"role": "user"}],
        "none": [],
    }


async def test_a_permission_takes_the_place_of_the_one_before(serve: Serve) -> None:
    served = await serve(SHOP)
    await grant(served, **select(limit=10, columns=["id", "total"]))

    after = await grant(served, **select(filter={}))

    assert (after["limit"], after["columns"], after["filter"]) == (None, ["id"], {})
    assert len(await permissions(served)) == 1


async def test_a_dropped_permission_is_gone(serve: Serve) -> None:
    served = await serve(SHOP)
    await grant(served, **select())

    dropped = await served.data(DROP)

    assert dropped == {"dropTablePermission": {"role": "user", "filter": OWN}}
    assert await permissions(served) == []
    assert (await served.refusal(DROP))["extensions"]["code"] == "NOT_FOUND"


async def test_every_change_is_in_the_trail_and_nothing_else(serve: Serve) -> None:
    served = await serve(SHOP)

    await grant(served, **select())
    await grant(served, **select())
    await served.refusal(SET, {"input": select(table="missing")})
    await served.data(DROP)

    assert await trail(served) == [
        ("permission.set", "table:public.orders"),
        ("permission.drop", "table:public.orders"),
    ]
    events = (await served.data("{ auditEvents(first: 5) { nodes { action details } } }"))["auditEvents"]["nodes"]
    (details,) = (each["details"] for each in events if each["action"] == "permission.set")
    assert details["filter"] == OWN


BAD: list[tuple[dict[str, Any], list[Any]]] = [
    (select(table="missing"), ["input", "table"]),
    (select(schema="archive"), ["input", "table"]),
    (select(schema="selfgraph", table="users"), ["input", "table"]),
    (select(role="missing"), ["input", "role"]),
    (select(role="admin"), ["input", "role"]),
    (select(role="superadmin"), ["input", "role"]),
    (select(columns=["id", "missing"]), ["input", "columns", 1]),
    (select(columns=["id", "*"]), ["input", "columns", 1]),
    (select(computedFields=["missing"]), ["input", "computedFields", 0]),
    (select(filter=None), ["input", "filter"]),
    (select(filter=[]), ["input", "filter"]),
    (select(filter="x"), ["input", "filter"]),
    (select(filter={"customer_id": {"_eq": "a\0b"}}), ["input", "filter"]),
    (select(limit=-1), ["input", "limit"]),
    (select(check={}), ["input", "check"]),
    (select(presets={"total": 1}), ["input", "presets"]),
    (select(backendOnly=True), ["input", "backendOnly"]),
    (select(comment="x" * 501), ["input", "comment"]),
    (select(comment="a\0b"), ["input", "comment"]),
    (select(action="INSERT"), ["input", "filter"]),
    (select(action="INSERT", filter=None), ["input", "check"]),
    (select(action="INSERT", filter=None, check={}, limit=3), ["input", "limit"]),
    (select(action="INSERT", filter=None, check={}, allowAggregations=True), ["input", "allowAggregations"]),
    (select(action="INSERT", filter=None, check={}, presets=[]), ["input", "presets"]),
    (select(action="INSERT", filter=None, check={}, presets={"missing": 1}), ["input", "presets", "missing"]),
    (select(action="INSERT", filter=None, check={}, presets={"total_twice": 1}), ["input", "presets", "total_twice"]),
    (select(action="UPDATE", filter=None), ["input", "filter"]),
    (select(action="DELETE"), ["input", "columns"]),
    (select(action="DELETE", columns=[], check={"id": {"_eq": 1}}), ["input", "check"]),
    (select(table="totals", columns=["total"], action="INSERT", filter=None, check={}), ["input", "action"]),
    (select(table="totals", columns=[], action="DELETE", filter={}), ["input", "action"]),
]


async def test_a_permission_that_makes_no_sense_is_refused_with_its_path(serve: Serve) -> None:
    served = await serve(SHOP)

    for given, path in BAD:
        refusal = await served.refusal(SET, {"input": given})
        assert (refusal["extensions"]["code"], refusal["extensions"].get("path")) == ("VALIDATION", path), (
            given,
            refusal,
        )

    assert await permissions(served) == []
    assert await trail(served) == []


async def test_a_rule_of_any_depth_is_refused_and_no_failure(serve: Serve) -> None:
    served = await serve(SHOP)
    rule: dict[str, Any] = {"id": {"_eq": 1}}
    for _ in range(200):
        rule = {"_not": rule}

    refusal = await served.refusal(SET, {"input": select(filter=rule)})

    assert refusal["extensions"]["code"] == "VALIDATION"


async def test_metadata_are_for_admins_with_the_scope(serve: Serve) -> None:
    served = await serve(SHOP)
    roles = {
        "admin": None,
        "superadmin": None,
        "user": "FORBIDDEN",
        "anonymous": "UNAUTHENTICATED",
    }
    for role, code in roles.items():
        key = await make_key(served, role, role)
        assert (await call(served, key, SET, {"input": select()}))[1] == code
        assert (await call(served, key, "{ permissions { role } }"))[1] == code
        assert (await call(served, key, "{ metadataInconsistencies { name } }"))[1] == code
    reader = await make_key(served, "reader", "admin", ["metadata:read"])
    writer = await make_key(served, "writer", "admin", ["metadata:write"])

    assert (await call(served, reader, "{ permissions { role } }"))[1] is None
    assert (await call(served, reader, SET, {"input": select()}))[1] == "FORBIDDEN"
    assert (await call(served, writer, SET, {"input": select()}))[1] is None
    assert (await call(served, writer, "{ permissions { role } }"))[1] == "FORBIDDEN"


async def test_of_changes_at_once_the_last_one_stays(serve: Serve) -> None:
    served = await serve(SHOP)

    answers = await asyncio.gather(
        *(served.respond(SET, {"input": select(limit=limit)}) for limit in range(1, 9)),
    )

    assert {answer.status_code for answer in answers} == {200}
    assert [answer.json().get("errors") for answer in answers] == [None] * 8
    assert len(await permissions(served)) == 1
    assert len(await trail(served)) == 8


async def test_a_role_that_has_a_permission_is_not_deleted(serve: Serve) -> None:
    served = await serve(SHOP)
    await served.data('mutation { createRole(name: "editor") { name } }')
    await grant(served, **select(role="editor"))

    refusal = await served.refusal('mutation { deleteRole(name: "editor") { name } }')

    uses = {"users": 0, "keys": 0, "roles": 0, "permissions": 1, "fileRules": 0}
    assert refusal["extensions"] == {"code": "CONFLICT", **uses}
    await served.data('mutation { dropTablePermission(table: "orders", role: "editor", action: SELECT) { role } }')
    await served.data('mutation { deleteRole(name: "editor") { name } }')


async def test_a_permission_outlives_its_table_and_a_renamed_column_shows(serve: Serve) -> None:
    served = await serve(SHOP)
    await grant(served, **select())
    inconsistencies = "{ metadataInconsistencies { part schema of name message } }"
    assert (await served.data(inconsistencies))["metadataInconsistencies"] == []

    await served.change("ALTER TABLE orders RENAME COLUMN id TO number")
    renamed = (await served.data(inconsistencies))["metadataInconsistencies"]
    await served.change("ALTER TABLE orders RENAME TO sales")
    gone = (await served.data(inconsistencies))["metadataInconsistencies"]
    await served.change("ALTER TABLE sales RENAME TO orders; ALTER TABLE orders RENAME COLUMN number TO id")

    assert [(each["part"], each["of"], each["name"]) for each in renamed] == [("PERMISSION", "orders", "user: select")]
    assert "columns.0" in renamed[0]["message"]
    assert [each["name"] for each in gone] == ["user: select"]
    assert (await served.data(inconsistencies))["metadataInconsistencies"] == []
    assert len(await permissions(served)) == 1


async def test_what_a_role_may_do_is_explained(serve: Serve) -> None:
    served = await serve(SHOP)
    await grant(served, **select(columns=["id"]))
    explain = "allowed why columns partlyShown permissions { role filter }"

    data = await served.data(
        f'{{ may: explainPermission(table: "orders", role: "user", action: SELECT) {{ {explain} }}'
        f' mayNot: explainPermission(table: "orders", role: "user", action: DELETE) {{ {explain} }} }}'
    )

    assert data["may"] == {
        "allowed": True,
        "why": "The role has a permission of its own.",
        "columns": ["id"],
        "partlyShown": [],
        "permissions": [{"role": "user", "filter": OWN}],
    }
    assert (data["mayNot"]["allowed"], data["mayNot"]["permissions"]) == (False, [])


BRIDGE = """
CREATE TABLE tag (id integer PRIMARY KEY, internal boolean NOT NULL);
CREATE TABLE doc (id integer PRIMARY KEY, score integer NOT NULL);
CREATE TABLE doc_tag (doc_id integer REFERENCES doc, tag_id integer REFERENCES tag, PRIMARY KEY (doc_id, tag_id));
INSERT INTO tag VALUES (1, true), (2, false);
INSERT INTO doc VALUES (1, 2), (2, 2);
INSERT INTO doc_tag VALUES (1, 1), (2, 2);
"""
NOT_INTERNAL = {"_not": {"tag": {"internal": True}}}


async def docs(served: Served) -> list[int]:
    """What the role `user` sees of `doc`."""
    answer = (await served.respond("{ doc { id } }", headers={"x-role": "user"})).json()
    return [each["id"] for each in answer["data"]["doc"]] if "data" in answer else []


async def test_a_rule_does_not_come_to_mean_another_relationship(serve: Serve) -> None:
    served = await serve(BRIDGE)
    rule = {"table": "doc", "role": "user", "action": "SELECT", "columns": ["id"], "filter": NOT_INTERNAL}
    await grant(served, **rule)
    assert await docs(served) == [2]

    await served.change("ALTER TABLE doc ADD COLUMN tag_id integer REFERENCES tag")

    assert await docs(served) == []
    (told,) = (await served.data("{ metadataInconsistencies { of name message } }"))["metadataInconsistencies"]
    assert (told["of"], told["name"]) == ("doc", "user: select")
    assert "leads to other rows" in told["message"]
    await grant(served, **rule)
    assert await docs(served) == [1, 2]


async def test_a_relationship_that_a_rule_needs_is_not_taken_by_another(serve: Serve) -> None:
    served = await serve(BRIDGE)
    await grant(served, table="doc", role="user", action="SELECT", columns=["id"], filter=NOT_INTERNAL)

    refused = await served.refusal("""mutation { createRelationship(input: {table: "doc", name: "tag", kind: OBJECT,
        target: "tag", columns: [{column: "score", targetColumn: "id"}]}) { name } }""")

    assert refused["extensions"]["code"] == "CONFLICT"
    assert await docs(served) == [2]
