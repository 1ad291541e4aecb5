"""Calls that are denied change nothing: every mutation for admins, called by everybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg
import pytest
from pyotp import TOTP

from graph.mutations import Mutation
from graph.permissions import Permission
from tests.graph.commands.process import KEY
from tests.lives.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.lives.people import Device, Server

OPERATOR = {"apikey": KEY}
CALLS = {
    "reloadCatalog": "mutation { reloadCatalog { version } }",
    "createRole": 'mutation { createRole(name: "NEW") { name } }',
    "updateRole": 'mutation { updateRole(name: "ROLE", description: "changed") { name } }',
    "createApiKey": 'mutation { createApiKey(input: {name: "NEW", role: "user"}) { secret } }',
    "rotateApiKey": 'mutation { rotateApiKey(id: "KEY") { secret } }',
    "createUser": 'mutation { createUser(input: {email: "NEW@example.com"}) { __typename } }',
    "updateUser": 'mutation { updateUser(id: "USER", input: {name: "changed"}) { id } }',
    "setUserRoles": 'mutation { setUserRoles(id: "USER", role: "admin") { id } }',
    "impersonate": 'mutation { impersonate(userId: "USER") { accessToken } }',
    "resetSecondFactor": 'mutation { resetSecondFactor(userId: "USER") }',
    "setUserActive": 'mutation { setUserActive(id: "USER", active: false) { id } }',
    "deleteUsers": 'mutation { deleteUsers(ids: ["USER"]) { __typename } }',
    "setTablePermission": """mutation {
      setTablePermission(input: {table: "TABLE", role: "user", action: DELETE, filter: {}}) { role }
    }""",
    "dropTablePermission": 'mutation { dropTablePermission(table: "TABLE", role: "user", action: DELETE) { role } }',
    "untrackTable": 'mutation { untrackTable(table: "TABLE") { table } }',
    "trackTable": 'mutation { trackTable(table: "TABLE") { table } }',
    "setTableNames": 'mutation { setTableNames(input: {table: "TABLE", customName: "NEW"}) { table } }',
    "setEnumTable": 'mutation { setEnumTable(table: "VALUES", isEnum: true) { table } }',
    "createRelationship": """mutation {
      createRelationship(input: {
        table: "TABLE", name: "twin", kind: OBJECT, target: "TABLE", columns: [{column: "id", targetColumn: "id"}]
      }) { name }
    }""",
    "renameRelationship": 'mutation { renameRelationship(table: "TABLE", name: "twin", newName: "same") { name } }',
    "dropRelationship": 'mutation { dropRelationship(table: "TABLE", name: "parent") { name } }',
    "restoreRelationship": 'mutation { restoreRelationship(table: "TABLE", name: "parent") { name } }',
    "addComputedField": """mutation {
      addComputedField(input: {table: "TABLE", name: "told", function: "SAID"}) { name }
    }""",
    "dropComputedField": 'mutation { dropComputedField(table: "TABLE", name: "told") { name } }',
    "trackFunction": 'mutation { trackFunction(input: {function: "FOUND", exposedAs: MUTATION}) { function } }',
    "setFunctionPermission": 'mutation { setFunctionPermission(function: "FOUND", role: "user") { function } }',
    "dropFunctionPermission": 'mutation { dropFunctionPermission(function: "FOUND", role: "user") { function } }',
    "untrackFunction": 'mutation { untrackFunction(function: "FOUND") { function } }',
    "createBucket": 'mutation { createBucket(input: {name: "BUCKET"}) { id } }',
    "setFileRule": 'mutation { setFileRule(input: {role: "user", action: DELETE, rule: {}}) { id } }',
    "dropFileRule": 'mutation { dropFileRule(role: "user", action: DELETE) { id } }',
    "deleteRole": 'mutation { deleteRole(name: "ROLE") { name } }',
    "revokeApiKey": 'mutation { revokeApiKey(id: "KEY") { id } }',
}
"""In an order in which each one succeeds, for a superadmin."""
START_TOTP = "mutation ($password: String!) { startTotp(password: $password) { secret } }"
CONFIRM_TOTP = "mutation ($code: String!) { confirmTotp(code: $code) }"
CREATE_ROLE = "mutation ($name: String!) { createRole(name: $name) { name } }"
CREATE_KEY = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret key { id } } }"
SET_ROLE = "mutation ($id: ID!, $role: String!) { setUserRoles(id: $id, role: $role) { role } }"
IMPERSONATE = "mutation ($id: ID!) { impersonate(userId: $id) { accessToken } }"
TABLES = """
SELECT relname::text FROM pg_class
WHERE relnamespace = 'selfgraph'::regnamespace AND relkind = 'r' AND relname NOT LIKE 'procrastinate%' ORDER BY 1
"""


class World:
    """A user with a second factor, a role and a key that a call would change, and who calls."""

    def __init__(self, device: Device, database: asyncpg.Connection[Any], names: dict[str, str]) -> None:
        self.device = device
        self._database = database
        self._names = names

    def call(self, name: str) -> str:
        """The call, on what there is."""
        text = CALLS[name]
        for placeholder, value in self._names.items():
            text = text.replace(placeholder, value)
        return text

    async def stored(self) -> dict[str, list[str]]:
        """All rows of accounts and access; when a key was last used is no change."""
        await self._database.execute("UPDATE selfgraph.api_keys SET used_at = NULL")
        tables = [row["relname"] for row in await self._database.fetch(TABLES)]
        assert "users" in tables
        return {table: await self._rows(table) for table in tables}

    async def _rows(self, table: str) -> list[str]:
        return [row[0] for row in await self._database.fetch(f"SELECT t::text FROM selfgraph.{table} t ORDER BY 1")]


@pytest.fixture
async def world(two_workers: Server) -> AsyncGenerator[World]:
    database = await asyncpg.connect(two_workers.database_url)
    try:
        async with two_workers.device() as target, two_workers.device() as caller:
            await target.register(f"{uuid4().hex}@example.com")
            secret = (await target.data(START_TOTP, {"password": PASSWORD}))["secret"]
            await target.data(CONFIRM_TOTP, {"code": TOTP(secret).now()})
            role = f"r{uuid4().hex}"
            await target.data(CREATE_ROLE, {"name": role}, **OPERATOR)
            key = await new_key(target, "user")
            await caller.register(f"{uuid4().hex}@example.com")
            names = {"USER": target.user_id, "ROLE": role, "KEY": key["key"]["id"], "NEW": f"n{uuid4().hex}"}
            names |= {"BUCKET": f"b{uuid4().hex}"} | await new_tables(database)
            await target.data(CALLS["reloadCatalog"], None, **OPERATOR)
            yield World(caller, database, names)
    finally:
        await database.close()


async def new_tables(database: asyncpg.Connection[Any]) -> dict[str, str]:
    """A table with a function of its rows and one that finds some, and another that can be an enum."""
    names = {name: f"{name.lower()}_{uuid4().hex}" for name in ("TABLE", "VALUES", "SAID", "FOUND")}
    await database.execute(
        """
        CREATE TABLE public.{TABLE} (id integer PRIMARY KEY, parent_id integer REFERENCES public.{TABLE});
        CREATE TABLE public.{VALUES} (value text PRIMARY KEY);
        INSERT INTO public.{VALUES} VALUES ('one');
        CREATE FUNCTION public.{SAID}(public.{TABLE}) RETURNS text LANGUAGE sql STABLE AS 'SELECT $1.id::text';
        CREATE FUNCTION public.{FOUND}() RETURNS SETOF public.{TABLE} LANGUAGE sql STABLE AS 'SELECT * FROM public.{TABLE}';
        """.format(**names)
    )
    return names


async def new_key(device: Device, role: str, scopes: list[str] | None = None) -> Any:
    """A new API key and its secret."""
    new = {"name": uuid4().hex, "role": role, "scopes": scopes}
    return await device.data(CREATE_KEY, {"input": new}, **OPERATOR)


def test_every_mutation_that_not_everybody_may_use_is_called_here() -> None:
    definition = Mutation.__dict__["__strawberry_definition__"]
    asking = {"_Administrators", "_Superadmins"}
    found = {
        field.name
        for field in definition.fields
        if any(issubclass(each, Permission) and each.__name__ in asking for each in field.permission_classes)
    }
    camel = {first + "".join(part.title() for part in rest) for first, *rest in (name.split("_") for name in found)}
    assert camel == set(CALLS)


@pytest.mark.parametrize("caller", ["stranger", "user", "key of a user", "key of other scopes", "impersonator"])
async def test_a_denied_call_changes_nothing(world: World, two_workers: Server, caller: str) -> None:
    device = world.device
    headers: dict[str, str] = {}
    expected = "FORBIDDEN"
    match caller:
        case "stranger":
            device.access_token, expected = "", "UNAUTHENTICATED"
        case "key of a user":
            headers = {"apikey": (await new_key(device, "user"))["secret"]}
        case "key of other scopes":
            headers = {"apikey": (await new_key(device, "superadmin", ["users:read", "keys:read"]))["secret"]}
        case "impersonator":
            device.access_token = await acting(two_workers, device)
        case _:
            pass
    before = await world.stored()

    for name in CALLS:
        assert await device.refusal(world.call(name), None, **headers) == (expected, None), name

    assert await world.stored() == before


async def test_the_same_calls_change_something_for_whoever_may_make_them(world: World) -> None:
    device = world.device
    await device.data(SET_ROLE, {"id": device.user_id, "role": "superadmin"}, **OPERATOR)
    for name in CALLS:
        before = await world.stored()
        await device.data(world.call(name))
        assert name == "reloadCatalog" or await world.stored() != before, name


async def acting(server: Server, user: Device) -> str:
    """A token by which an admin acts as the user."""
    async with server.device() as admin:
        await admin.register(f"{uuid4().hex}@example.com")
        await admin.data(SET_ROLE, {"id": admin.user_id, "role": "admin"}, **OPERATOR)
        return str((await admin.data(IMPERSONATE, {"id": user.user_id}))["accessToken"])
