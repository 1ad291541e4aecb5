"""Functions as fields of rows and as root fields, and who may call them, over GraphQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.graph.metadata.shop import SHOP, grant, trail

if TYPE_CHECKING:
    from tests.graph.conftest import Serve
    from tests.graph.tables.serving import Served

ADD = """mutation($input: AddComputedFieldInput!) { addComputedField(input: $input) {
    table name function functionSchema tableArgument sessionArgument comment
} }"""
TRACK = """mutation($input: TrackFunctionInput!) { trackFunction(input: $input) {
    function tracked exposedAs sessionArgument customName roles comment
} }"""
LABEL = {"table": "customer", "name": "label", "function": "customer_label"}
FIND = {"function": "find_orders", "customName": "search"}


async def said(served: Served) -> dict[str, Any]:
    """What is said about functions."""
    return await served.data("{ functionSettings { function tracked roles } tableComputedFields { table name } }")


async def test_a_computed_field_is_added_and_dropped(serve: Serve) -> None:
    served = await serve(SHOP)

    added = await served.data(ADD, {"input": {**LABEL, "comment": "For letters."}})
    kept = await said(served)
    dropped = await served.data('mutation { dropComputedField(table: "customer", name: "label") { function } }')

    assert added["addComputedField"] == {
        "table": "customer",
        "name": "label",
        "function": "customer_label",
        "functionSchema": "public",
        "tableArgument": None,
        "sessionArgument": None,
        "comment": "For letters.",
    }
    assert kept["tableComputedFields"] == [{"table": "customer", "name": "label"}]
    assert dropped == {"dropComputedField": {"function": "customer_label"}}
    assert (await said(served))["tableComputedFields"] == []
    assert [action for action, _ in await trail(served)] == ["computed_field.add", "computed_field.drop"]


async def test_a_permission_keeps_the_computed_field_it_names(serve: Serve) -> None:
    served = await serve(SHOP)
    await served.data(ADD, {"input": LABEL})
    await grant(
        served, table="customer", role="user", action="SELECT", columns=["id"], computedFields=["label"], filter={}
    )

    refusal = await served.refusal('mutation { dropComputedField(table: "customer", name: "label") { name } }')

    assert refusal["extensions"]["code"] == "CONFLICT"
    assert [each["name"] for each in refusal["extensions"]["inconsistencies"]] == ["user: select"]


async def test_a_function_is_tracked_untracked_and_permitted(serve: Serve) -> None:
    served = await serve(SHOP)

    tracked = await served.data(TRACK, {"input": {**FIND, "exposedAs": "QUERY", "comment": "Finds."}})
    permitted = await served.data(
        'mutation { setFunctionPermission(function: "find_orders", role: "user") { tracked roles } }'
    )
    again = await served.data(TRACK, {"input": {"function": "find_orders"}})
    untracked = await served.data('mutation { untrackFunction(function: "find_orders") { tracked roles } }')
    denied = await served.data(
        'mutation { dropFunctionPermission(function: "find_orders", role: "user") { tracked roles } }'
    )

    assert tracked["trackFunction"] == {
        "function": "find_orders",
        "tracked": True,
        "exposedAs": "QUERY",
        "sessionArgument": None,
        "customName": "search",
        "roles": [],
        "comment": "Finds.",
    }
    assert permitted == {"setFunctionPermission": {"tracked": True, "roles": ["user"]}}
    assert again["trackFunction"]["customName"] is None
    assert again["trackFunction"]["roles"] == ["user"]
    assert untracked == {"untrackFunction": {"tracked": False, "roles": ["user"]}}
    assert denied == {"dropFunctionPermission": {"tracked": False, "roles": []}}
    assert await trail(served) == [
        ("function.track", "function:public.find_orders"),
        ("function_permission.set", "function:public.find_orders"),
        ("function.track", "function:public.find_orders"),
        ("function.untrack", "function:public.find_orders"),
        ("function_permission.drop", "function:public.find_orders"),
    ]


async def test_a_role_that_may_call_a_function_is_not_deleted(serve: Serve) -> None:
    served = await serve(SHOP)
    await served.data('mutation { createRole(name: "editor") { name } }')
    await served.data('mutation { setFunctionPermission(function: "find_orders", role: "editor") { roles } }')

    refusal = await served.refusal('mutation { deleteRole(name: "editor") { name } }')

    assert refusal["extensions"]["permissions"] == 1


BAD: list[tuple[str, dict[str, Any], str, list[Any] | None]] = [
    (ADD, {**LABEL, "table": "missing"}, "VALIDATION", ["input"]),
    (ADD, {**LABEL, "table": "orders"}, "VALIDATION", ["input"]),
    (ADD, {**LABEL, "function": "missing"}, "VALIDATION", ["input"]),
    (ADD, {**LABEL, "function": "find_orders"}, "VALIDATION", ["input"]),
    (ADD, {**LABEL, "name": "city"}, "VALIDATION", ["input"]),
    (ADD, {**LABEL, "name": ""}, "VALIDATION", ["input", "name"]),
    (ADD, {**LABEL, "tableArgument": "missing"}, "VALIDATION", ["input"]),
    (ADD, {**LABEL, "sessionArgument": "missing"}, "VALIDATION", ["input"]),
    (ADD, {**LABEL, "comment": "x" * 501}, "VALIDATION", ["input", "comment"]),
    (TRACK, {"function": "missing"}, "NOT_FOUND", None),
    (TRACK, {"function": "customer_label"}, "VALIDATION", ["input"]),
    (TRACK, {**FIND, "customName": "two words"}, "VALIDATION", ["input", "customName"]),
    (TRACK, {**FIND, "sessionArgument": "minimum"}, "VALIDATION", ["input"]),
    (TRACK, {**FIND, "comment": "a\0b"}, "VALIDATION", ["input", "comment"]),
]


async def test_what_makes_no_sense_is_refused_with_its_path(serve: Serve) -> None:
    served = await serve(SHOP)
    before = await said(served)

    for mutation, given, code, path in BAD:
        refusal = await served.refusal(mutation, {"input": given})
        assert (refusal["extensions"]["code"], refusal["extensions"].get("path")) == (code, path), (given, refusal)

    assert await said(served) == before
    assert await trail(served) == []


async def test_roles_of_functions_are_roles_there_are(serve: Serve) -> None:
    served = await serve(SHOP)
    codes = {
        'setFunctionPermission(function: "missing", role: "user") { roles }': "NOT_FOUND",
        'setFunctionPermission(function: "find_orders", role: "missing") { roles }': "VALIDATION",
        'setFunctionPermission(function: "find_orders", role: "admin") { roles }': "VALIDATION",
        'dropFunctionPermission(function: "find_orders", role: "user") { roles }': "NOT_FOUND",
        'untrackFunction(function: "missing") { roles }': "NOT_FOUND",
        'dropComputedField(table: "customer", name: "label") { name }': "NOT_FOUND",
    }

    for mutation, code in codes.items():
        assert (await served.refusal(f"mutation {{ {mutation} }}"))["extensions"]["code"] == code, mutation
