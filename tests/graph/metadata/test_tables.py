"""Tables tracked and not, named, and made enums, over GraphQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.graph.metadata.shop import SHOP, grant, permissions, select, trail

if TYPE_CHECKING:
    from tests.graph.conftest import Serve
    from tests.graph.tables.serving import Served

NAMES = """mutation($input: SetTableNamesInput!) { setTableNames(input: $input) {
    table customName columnNames { column name } rootFields { field name }
} }"""
SETTINGS = "{ tableSettings { schema table tracked isEnum customName droppedRelationships } }"
UNTRACK = (
    "mutation($table: String!, $cascade: Boolean!) { untrackTable(table: $table, cascade: $cascade) { table tracked } }"
)


async def fields(served: Served) -> set[str]:
    """The names of the query root, as an introspection tells them."""
    found = (await served.data("{ __schema { queryType { fields { name } } } }"))["__schema"]["queryType"]["fields"]
    return {field["name"] for field in found}


async def test_an_untracked_table_is_not_served_until_it_is_tracked_again(serve: Serve) -> None:
    served = await serve(SHOP)
    before = await fields(served)

    untracked = await served.data(UNTRACK, {"table": "totals", "cascade": False})
    without = await fields(served)
    tracked = await served.data('mutation { trackTable(table: "totals") { tracked } }')

    assert untracked == {"untrackTable": {"table": "totals", "tracked": False}}
    assert before - without == {"totals", "totalsAggregate", "totalsConnection", "totalsGroup"} & before
    assert "totals" in before - without
    assert tracked == {"trackTable": {"tracked": True}}
    assert await fields(served) == before
    assert await trail(served) == [("table.untrack", "table:public.totals"), ("table.track", "table:public.totals")]


async def test_every_table_of_the_database_has_settings(serve: Serve) -> None:
    served = await serve(SHOP)
    await served.data(UNTRACK, {"table": "totals", "cascade": False})

    found = (await served.data(SETTINGS))["tableSettings"]
    hidden = (await served.data("{ tableSettings(tracked: false) { table } }"))["tableSettings"]

    assert {each["table"]: each["tracked"] for each in found} == {
        "customer": True,
        "large_order": True,
        "orders": True,
        "state": True,
        "totals": False,
    }
    assert hidden == [{"table": "totals"}]


async def test_what_stands_on_a_table_keeps_it_or_goes_too(serve: Serve) -> None:
    served = await serve(SHOP)
    rule = {"orders": {"total": {"_gt": 10}}}
    await grant(served, **select())
    await grant(served, table="customer", role="user", action="SELECT", columns=["id"], filter=rule)
    await grant(served, table="state", role="user", action="SELECT", columns=["value"], filter={})

    refusal = await served.refusal(UNTRACK, {"table": "orders", "cascade": False})

    assert refusal["extensions"]["code"] == "CONFLICT"
    assert {(each["of"], each["name"]) for each in refusal["extensions"]["inconsistencies"]} == {
        ("orders", "user: select"),
        ("customer", "user: select"),
    }
    assert refusal["extensions"]["count"] == 2
    assert len(await permissions(served)) == 3
    await served.data(UNTRACK, {"table": "orders", "cascade": True})
    assert [each["table"] for each in await permissions(served)] == ["state"]
    assert "orders" not in await fields(served)


async def test_names_are_given_kept_and_taken_back(serve: Serve) -> None:
    served = await serve(SHOP)

    named = await served.data(
        NAMES,
        {
            "input": {
                "table": "orders",
                "customName": "purchase",
                "columnNames": [{"column": "total", "name": "sum"}],
                "rootFields": [{"field": "SELECT", "name": "allPurchases"}],
            }
        },
    )
    rows = await served.data("{ allPurchases(where: {sum: {_gt: 100}}, orderBy: {id: ASC}) { id sum __typename } }")
    partly = await served.data(
        NAMES, {"input": {"table": "orders", "columnNames": [{"column": "state", "name": "status"}]}}
    )
    plain = await served.data(
        NAMES,
        {
            "input": {
                "table": "orders",
                "customName": None,
                "columnNames": [{"column": "total", "name": None}, {"column": "state", "name": None}],
                "rootFields": [{"field": "SELECT", "name": None}],
            }
        },
    )

    assert named["setTableNames"] == {
        "table": "orders",
        "customName": "purchase",
        "columnNames": [{"column": "total", "name": "sum"}],
        "rootFields": [{"field": "SELECT", "name": "allPurchases"}],
    }
    assert [row["sum"] for row in rows["allPurchases"]] == [150, 500]
    assert partly["setTableNames"] == {
        **named["setTableNames"],
        "columnNames": [{"column": "state", "name": "status"}, {"column": "total", "name": "sum"}],
    }
    assert plain["setTableNames"] == {"table": "orders", "customName": None, "columnNames": [], "rootFields": []}
    assert "orders" in await fields(served)


BAD: list[tuple[dict[str, Any], str, list[Any] | None]] = [
    ({"table": "missing", "customName": "x"}, "NOT_FOUND", None),
    ({"customName": "two words"}, "VALIDATION", ["input", "customName"]),
    ({"customName": "__x"}, "VALIDATION", ["input", "customName"]),
    ({"customName": ""}, "VALIDATION", ["input", "customName"]),
    ({"customName": "x" * 300}, "VALIDATION", ["input", "customName"]),
    ({"customName": "roles"}, "VALIDATION", ["input", "customName"]),
    ({"columnNames": [{"column": "missing", "name": "x"}]}, "VALIDATION", ["input", "columnNames", 0]),
    (
        {"columnNames": [{"column": "id", "name": "nr"}, {"column": "total", "name": "1"}]},
        "VALIDATION",
        ["input", "columnNames", 1],
    ),
    (
        {"columnNames": [{"column": "id", "name": "nr"}, {"column": "total", "name": "nr"}]},
        "VALIDATION",
        ["input", "columnNames", 0],
    ),
    (
        {"columnNames": [{"column": "id", "name": "a"}, {"column": "id", "name": "b"}]},
        "VALIDATION",
        ["input", "columnNames", 1],
    ),
    ({"rootFields": [{"field": "SELECT", "name": "a-b"}]}, "VALIDATION", ["input", "rootFields", 0]),
    ({"rootFields": [{"field": "SELECT", "name": "roles"}]}, "VALIDATION", ["input", "rootFields", 0]),
]


async def test_names_that_cannot_be_had_are_refused_with_their_path(serve: Serve) -> None:
    served = await serve(SHOP)
    before = await served.data(SETTINGS)

    for given, code, path in BAD:
        refusal = await served.refusal(NAMES, {"input": {"table": "orders", **given}})
        assert (refusal["extensions"]["code"], refusal["extensions"].get("path")) == (code, path), (given, refusal)

    assert await served.data(SETTINGS) == before
    assert await trail(served) == []


async def test_a_table_that_does_not_exist_is_not_found(serve: Serve) -> None:
    served = await serve(SHOP)

    for mutation in (
        'trackTable(table: "missing") { table }',
        'untrackTable(table: "users", schema: "selfgraph") { table }',
        'setEnumTable(table: "missing", isEnum: true) { table }',
    ):
        refusal = await served.refusal(f"mutation {{ {mutation} }}")
        assert refusal["extensions"]["code"] == "NOT_FOUND"


async def test_a_table_becomes_an_enum_and_a_table_again(serve: Serve) -> None:
    served = await serve(SHOP)
    type_of_state = '{ __type(name: "Orders") { fields { name type { ofType { kind } } } } }'

    async def kind() -> str:
        fields = (await served.data(type_of_state))["__type"]["fields"]
        (found,) = (field["type"]["ofType"]["kind"] for field in fields if field["name"] == "state")
        return str(found)

    before = await kind()
    made = await served.data('mutation { setEnumTable(table: "state", isEnum: true) { isEnum } }')
    during = await kind()
    await served.data('mutation { setEnumTable(table: "state", isEnum: false) { isEnum } }')

    assert made == {"setEnumTable": {"isEnum": True}}
    assert (before, during, await kind()) == ("SCALAR", "ENUM", "SCALAR")


async def test_no_enum_is_made_of_other_tables(serve: Serve) -> None:
    served = await serve(SHOP)

    for table in ("orders", "totals"):
        refusal = await served.refusal(f'mutation {{ setEnumTable(table: "{table}", isEnum: true) {{ isEnum }} }}')
        assert (refusal["extensions"]["code"], refusal["extensions"]["path"]) == ("VALIDATION", ["isEnum"])
