"""Relationships by hand, renamed, dropped and restored, over GraphQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.graph.metadata.shop import SHOP, grant, permissions, trail

if TYPE_CHECKING:
    from tests.graph.conftest import Serve
    from tests.graph.tables.serving import Served

CREATE = """mutation($input: CreateRelationshipInput!) { createRelationship(input: $input) {
    table name kind target columns { column targetColumn } through byHand comment
} }"""
BUYER = {
    "table": "large_order",
    "name": "buyer",
    "kind": "OBJECT",
    "target": "customer",
    "columns": [{"column": "customer_id", "targetColumn": "id"}],
}


async def names(served: Served, table: str) -> dict[str, bool]:
    """The relationships of a table, and whether they are by hand."""
    query = "query($table: String!) { tableRelationships(table: $table) { name byHand } }"
    return {each["name"]: each["byHand"] for each in (await served.data(query, {"table": table}))["tableRelationships"]}


async def test_a_relationship_between_columns_of_a_view_is_served_at_once(serve: Serve) -> None:
    served = await serve(SHOP)

    made = (await served.data(CREATE, {"input": {**BUYER, "comment": "Who."}}))["createRelationship"]
    rows = (await served.data("{ largeOrder(orderBy: {id: ASC}) { id buyer { name } } }"))["largeOrder"]

    assert made == {
        "table": "large_order",
        "name": "buyer",
        "kind": "OBJECT",
        "target": "customer",
        "columns": [{"column": "customer_id", "targetColumn": "id"}],
        "through": None,
        "byHand": True,
        "comment": "Who.",
    }
    assert rows == [{"id": 2, "buyer": {"name": "Ada"}}, {"id": 3, "buyer": {"name": "Bob"}}]
    assert await names(served, "large_order") == {"buyer": True}
    dropped = await served.data('mutation { dropRelationship(table: "large_order", name: "buyer") { name comment } }')
    assert dropped == {"dropRelationship": {"name": "buyer", "comment": "Who."}}
    assert await names(served, "large_order") == {}
    assert [action for action, _ in await trail(served)] == ["relationship.create", "relationship.drop"]


async def test_a_relationship_of_a_foreign_key_is_renamed_dropped_and_restored(serve: Serve) -> None:
    served = await serve(SHOP)
    first = await names(served, "orders")

    await served.data('mutation { renameRelationship(table: "orders", name: "customer", newName: "buyer") { name } }')
    renamed = await names(served, "orders")
    rows = await served.data("{ orders(where: {id: {_eq: 1}}) { buyer { name } } }")
    await served.data('mutation { renameRelationship(table: "orders", name: "buyer", newName: "who") { name } }')
    again = await names(served, "orders")
    await served.data('mutation { dropRelationship(table: "orders", name: "who") { name } }')
    automatic = await names(served, "orders")
    await served.data('mutation { dropRelationship(table: "orders", name: "customer") { name } }')
    dropped = await names(served, "orders")
    await served.data('mutation { restoreRelationship(table: "orders", name: "customer") { name } }')

    assert first.get("customer") is False
    assert renamed.get("buyer") is True
    assert "customer" not in renamed
    assert rows == {"orders": [{"buyer": {"name": "Ada"}}]}
    assert again.get("who") is True
    assert "buyer" not in again
    assert automatic.get("customer") is False
    assert "customer" not in dropped
    assert await names(served, "orders") == automatic


async def test_the_array_side_of_a_foreign_key_is_renamed_too(serve: Serve) -> None:
    served = await serve(SHOP)

    await served.data('mutation { renameRelationship(table: "customer", name: "orders", newName: "buys") { kind } }')

    rows = await served.data("{ customer(where: {id: {_eq: 1}}) { buys(orderBy: {id: ASC}) { id } } }")
    assert rows == {"customer": [{"buys": [{"id": 1}, {"id": 2}]}]}


async def test_a_foreign_key_is_named_by_its_columns(serve: Serve) -> None:
    served = await serve(SHOP)

    await served.data(
        CREATE,
        {
            "input": {
                "table": "customer",
                "name": "bought",
                "kind": "ARRAY",
                "target": "orders",
                "foreignKey": ["customer_id"],
            }
        },
    )
    await served.data(
        CREATE, {"input": {"table": "orders", "name": "by", "kind": "OBJECT", "foreignKey": ["customer_id"]}}
    )

    rows = await served.data("{ customer(where: {id: {_eq: 2}}) { bought { by { name } } } }")
    assert rows == {"customer": [{"bought": [{"by": {"name": "Bob"}}]}]}


async def test_a_rule_keeps_the_relationship_it_uses(serve: Serve) -> None:
    served = await serve(SHOP)
    rule = {"orders": {"total": {"_gt": 10}}}
    await grant(served, table="customer", role="user", action="SELECT", columns=["id"], filter=rule)

    for mutation in (
        'dropRelationship(table: "customer", name: "orders") { name }',
        'renameRelationship(table: "customer", name: "orders", newName: "buys") { name }',
    ):
        refusal = await served.refusal(f"mutation {{ {mutation} }}")
        assert refusal["extensions"]["code"] == "CONFLICT"
        assert [each["name"] for each in refusal["extensions"]["inconsistencies"]] == ["user: select"]
    await served.data('mutation { dropRelationship(table: "customer", name: "orders", cascade: true) { name } }')

    assert await permissions(served) == []


BAD: list[tuple[dict[str, Any], str, list[Any] | None]] = [
    ({**BUYER, "table": "missing"}, "VALIDATION", ["input"]),
    ({**BUYER, "target": "missing"}, "VALIDATION", ["input"]),
    ({**BUYER, "target": None}, "VALIDATION", ["input", "target"]),
    ({**BUYER, "columns": []}, "VALIDATION", ["input", "columns"]),
    ({**BUYER, "columns": [{"column": "missing", "targetColumn": "id"}]}, "VALIDATION", ["input"]),
    ({**BUYER, "columns": [{"column": "customer_id", "targetColumn": "name"}]}, "VALIDATION", ["input"]),
    ({**BUYER, "columns": BUYER["columns"] * 2}, "VALIDATION", ["input", "columns"]),  # type: ignore[operator]
    ({**BUYER, "columns": None}, "VALIDATION", ["input"]),
    ({**BUYER, "foreignKey": ["customer_id"]}, "VALIDATION", ["input"]),
    ({**BUYER, "columns": None, "foreignKey": ["customer_id"]}, "VALIDATION", ["input"]),
    ({**BUYER, "kind": "ARRAY", "insertedAfter": True}, "VALIDATION", ["input", "insertedAfter"]),
    ({**BUYER, "name": "total"}, "VALIDATION", ["input"]),
    ({**BUYER, "name": "a b"}, "VALIDATION", ["input"]),
    ({**BUYER, "name": " "}, "VALIDATION", ["input", "name"]),
    ({**BUYER, "comment": "x" * 501}, "VALIDATION", ["input", "comment"]),
]


async def test_a_relationship_that_makes_no_sense_is_refused_with_its_path(serve: Serve) -> None:
    served = await serve(SHOP)

    for given, code, path in BAD:
        refusal = await served.refusal(CREATE, {"input": given})
        assert (refusal["extensions"]["code"], refusal["extensions"].get("path")) == (code, path), (given, refusal)

    assert await names(served, "large_order") == {}
    assert await trail(served) == []


async def test_what_is_not_there_is_not_found_and_what_is_there_a_conflict(serve: Serve) -> None:
    served = await serve(SHOP)
    await served.data(CREATE, {"input": BUYER})
    codes = {
        'dropRelationship(table: "orders", name: "missing") { name }': "NOT_FOUND",
        'dropRelationship(table: "missing", name: "x") { name }': "NOT_FOUND",
        'renameRelationship(table: "orders", name: "missing", newName: "x") { name }': "NOT_FOUND",
        'restoreRelationship(table: "orders", name: "customer") { name }': "NOT_FOUND",
        'renameRelationship(table: "orders", name: "customer", newName: "total") { name }': "VALIDATION",
        'renameRelationship(table: "orders", name: "customer", newName: "") { name }': "VALIDATION",
    }

    for mutation, code in codes.items():
        assert (await served.refusal(f"mutation {{ {mutation} }}"))["extensions"]["code"] == code, mutation
    assert (await served.refusal(CREATE, {"input": BUYER}))["extensions"]["code"] == "CONFLICT"
    query = '{ tableRelationships(table: "missing") { name } }'
    assert (await served.refusal(query))["extensions"]["code"] == "NOT_FOUND"
