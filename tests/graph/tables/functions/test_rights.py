"""What roles see of functions, of what they return and of computed fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.tables.catalog import TableName
from domain.tables.metadata import Action, ComputedFieldDefinition, FunctionSettings, Metadata, Permission
from persistence.metadata.work import PostgresOpenMetadata
from persistence.transactions import Transactions

if TYPE_CHECKING:
    from domain.tables.metadata import Rule
    from tests.graph.conftest import Serve
    from tests.graph.tables.serving import Served

SCHEMA = """
CREATE TABLE staff (id integer PRIMARY KEY, name text NOT NULL, wage integer NOT NULL, boss integer REFERENCES staff);
INSERT INTO staff VALUES (1, 'Ada', 50, NULL), (2, 'Bob', 40, 1), (3, 'Cid', 30, 1);
CREATE FUNCTION find_staff(part text) RETURNS SETOF staff STABLE LANGUAGE sql AS
$$ SELECT * FROM staff WHERE name ILIKE '%' || part || '%' ORDER BY id DESC $$;
CREATE FUNCTION raise_all(by integer) RETURNS SETOF staff LANGUAGE sql AS
$$ UPDATE staff SET wage = wage + by RETURNING * $$;
CREATE FUNCTION net_wage(staff) RETURNS integer STABLE LANGUAGE sql AS $$ SELECT $1.wage / 2 $$;
CREATE FUNCTION minions(staff) RETURNS SETOF staff STABLE LANGUAGE sql AS
$$ SELECT * FROM staff WHERE boss = $1.id ORDER BY id $$;
CREATE FUNCTION seen_as(staff, session json, key text) RETURNS text STABLE LANGUAGE sql AS $$ SELECT session ->> key $$;
"""
STAFF = TableName("public", "staff")
KNOWN = Permission(
    STAFF, "user", Action.SELECT, ("id", "name"), ("net_wage",), {"id": {"_gt": 1}}, allow_aggregations=False
)


def named(name: str, **given: Any) -> dict[TableName, FunctionSettings]:
    function = TableName("public", name)
    return {function: FunctionSettings(function, **given)}


async def say(served: Served, **metadata: Any) -> None:
    async with PostgresOpenMetadata(Transactions(served.database))() as work:
        stored = await work.metadata.lock()
        await work.metadata.save(stored.metadata, Metadata(**metadata))
    await served.data("mutation { reloadCatalog { version } }")


async def as_user(served: Served, query: str, **headers: str) -> dict[str, Any]:
    names = {f"X-{name.replace('_', '-')}": value for name, value in headers.items()}
    response = await served.http.post("/graphql", json={"query": query}, headers={"X-Role": "user", **names})
    answer: dict[str, Any] = response.json()
    return answer


async def test_a_role_sees_of_what_a_function_returns_what_it_sees_of_the_table(serve: Serve) -> None:
    served = await serve(SCHEMA)
    await say(served, permissions=(KNOWN,))

    answer = await as_user(
        served,
        '{ findStaff(args: {part: ""}) { id name netWage minions { id } } staff(where: {netWage: {_lt: 20}}) { id } }',
    )
    assert answer == {
        "data": {
            "findStaff": [
                {"id": 3, "name": "Cid", "netWage": 15, "minions": []},
                {"id": 2, "name": "Bob", "netWage": 20, "minions": []},
            ],
            "staff": [{"id": 3}],
        }
    }
    for hidden in (
        'findStaff(args: {part: ""}) { wage }',
        "raiseAll(args: {by: 1}) { id }",
        'staff { seenAs(args: {key: ""}) }',
    ):
        kind = "mutation" if "raise" in hidden else "query"
        refused = await as_user(served, f"{kind} {{ {hidden} }}")
        assert refused["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED", hidden


async def test_a_mutation_is_for_the_roles_that_are_named_and_shows_what_they_see(serve: Serve) -> None:
    served = await serve(SCHEMA)
    await say(served, permissions=(KNOWN,), functions=named("raise_all", roles=frozenset({"user"})))

    answer = await as_user(served, "mutation { raiseAll(args: {by: 10}) { id netWage } }")

    assert answer == {"data": {"raiseAll": [{"id": 2, "netWage": 25}, {"id": 3, "netWage": 20}]}}
    wages = await served.data("{ staff { wage } }")
    assert wages == {"staff": [{"wage": 60}, {"wage": 50}, {"wage": 40}]}


async def test_a_session_argument_gets_the_session_variables_of_the_caller(serve: Serve) -> None:
    served = await serve(SCHEMA)
    definition = ComputedFieldDefinition(STAFF, "seen", TableName("public", "seen_as"), session_argument="session")
    await say(
        served,
        permissions=(Permission(STAFF, "user", Action.SELECT, ("id",), ("seen",), {}),),
        computed_fields=(definition,),
    )

    query = '{ staff(limit: 1) { a: seen(args: {key: "x-hasura-team"}) b: seen(args: {key: "x-team"}) c: seen(args: {key: "x-role"}) } }'
    answer = await as_user(served, query, Hasura_Team="7")

    assert answer == {"data": {"staff": [{"a": "7", "b": "7", "c": "user"}]}}


async def test_a_rule_may_ask_a_computed_field(serve: Serve) -> None:
    served = await serve(SCHEMA)
    rule: Rule = {"net_wage": {"_gte": 20}, "minions": {"name": {"_eq": "Cid"}}}
    await say(served, permissions=(Permission(STAFF, "user", Action.SELECT, ("id",), (), rule),))

    assert await as_user(served, "{ staff { id } }") == {"data": {"staff": [{"id": 1}]}}


async def test_a_role_that_inherits_sees_a_computed_field_of_the_rows_of_the_role_that_has_it(serve: Serve) -> None:
    served = await serve(SCHEMA)
    async with PostgresOpenMetadata(Transactions(served.database))() as work:
        for role in ("one", "two"):
            await work.roles.add(role, None)
    await say(
        served,
        permissions=(
            Permission(STAFF, "one", Action.SELECT, ("id",), ("net_wage",), {"id": {"_eq": 1}}),
            Permission(STAFF, "two", Action.SELECT, ("id", "wage"), (), {"id": {"_eq": 2}}),
        ),
        inherits={"user": frozenset({"one", "two"})},
    )

    answer = await as_user(served, "{ staff { id wage netWage } least: staff(where: {netWage: {_gt: 0}}) { id } }")

    assert answer == {
        "data": {
            "staff": [{"id": 1, "wage": None, "netWage": 25}, {"id": 2, "wage": 40, "netWage": None}],
            "least": [{"id": 1}],
        }
    }
