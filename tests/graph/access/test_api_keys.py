"""API keys over GraphQL, from their making to their end."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from graph.access.scopes import TABLE_SCOPES, scopes_of
from graph.mutations import Mutation
from graph.queries import Query
from graph.subscriptions import Subscription
from tests.graph.access.calls import CREATE_KEY, call, make_key
from tests.graph.tables.serving import KEY

if TYPE_CHECKING:
    from tests.graph.conftest import Serve
    from tests.graph.tables.serving import Served

KEYS = "{ apiKeys { id name prefix role scopes builtIn expiresAt revokedAt } }"


async def id_of(served: Served, name: str) -> str:
    keys = (await served.data("{ apiKeys { id name } }"))["apiKeys"]
    return next(str(key["id"]) for key in keys if key["name"] == name)


async def test_a_key_opens_what_its_role_may(serve: Serve) -> None:
    served = await serve()

    key = await make_key(served, "ci", "admin")

    assert re.fullmatch(r"sg_[A-Za-z0-9_-]{43}", key)
    assert await call(served, key, "{ roles { name } }") != (None, "FORBIDDEN")
    assert await call(served, key, "{ system { version } }") == (None, "FORBIDDEN")
    listed = next(each for each in (await served.data(KEYS))["apiKeys"] if each["name"] == "ci")
    assert listed["prefix"] == key[:12]
    assert key not in str(await served.data(KEYS))


async def test_a_key_with_scopes_opens_those_only(serve: Serve) -> None:
    served = await serve()
    key = await make_key(served, "ci", "admin", ["roles:read"])

    assert (await call(served, key, "{ roles { name } }"))[1] is None
    assert await call(served, key, "{ apiKeys { name } }") == (None, "FORBIDDEN")


async def test_a_key_with_scopes_makes_and_rotates_none_beyond_them(serve: Serve) -> None:
    served = await serve()
    key = await make_key(served, "ci", "admin", ["keys:write", "roles:read"])
    await make_key(served, "wide", "admin")
    wide = await id_of(served, "wide")
    before = await served.data(KEYS)

    for scopes in (None, ["tables:read"]):
        made = await call(served, key, CREATE_KEY, {"input": {"name": "mine", "role": "user", "scopes": scopes}})
        assert made == (None, "FORBIDDEN")
    rotated = await call(served, key, f'mutation {{ rotateApiKey(id: "{wide}") {{ secret }} }}')

    assert rotated == (None, "FORBIDDEN")
    assert await served.data(KEYS) == before
    narrow = {"name": "narrow", "role": "admin", "scopes": ["roles:read"]}
    assert (await call(served, key, CREATE_KEY, {"input": narrow}))[1] is None


async def test_a_rotated_key_is_useless_and_its_successor_good(serve: Serve) -> None:
    served = await serve()
    old = await make_key(served, "ci", "admin")
    assert (await call(served, old, "{ roles { name } }"))[1] is None

    rotated = await served.data(f'mutation {{ rotateApiKey(id: "{await id_of(served, "ci")}") {{ secret }} }}')

    assert await call(served, old, "{ roles { name } }") == (None, "UNAUTHENTICATED")
    assert (await call(served, rotated["rotateApiKey"]["secret"], "{ roles { name } }"))[1] is None


async def test_a_revoked_key_is_useless(serve: Serve) -> None:
    served = await serve()
    key = await make_key(served, "ci", "admin")
    assert (await call(served, key, "{ roles { name } }"))[1] is None

    await served.data(f'mutation {{ revokeApiKey(id: "{await id_of(served, "ci")}") {{ revokedAt }} }}')

    assert await call(served, key, "{ roles { name } }") == (None, "UNAUTHENTICATED")
    assert [each["name"] for each in (await served.data("{ apiKeys(revoked: true) { name } }"))["apiKeys"]] == ["ci"]


async def test_the_keys_of_the_settings_are_rows_that_settings_change(serve: Serve) -> None:
    served = await serve()
    before = await served.data(KEYS)

    built_in = {each["name"]: each["role"] for each in before["apiKeys"] if each["builtIn"]}
    assert built_in == {"SERVICE_KEY": "superadmin", "ANON_KEY": "anonymous"}
    for name in built_in:
        for mutation in ("rotateApiKey(id: $id) { secret }", "revokeApiKey(id: $id) { id }"):
            refusal = await served.refusal(f"mutation($id: ID!) {{ {mutation} }}", {"id": await id_of(served, name)})
            assert refusal["extensions"]["code"] == "CONFLICT"
            assert name in refusal["message"]
    assert (await call(served, KEY, "{ system { version } }"))[1] is None


@pytest.mark.parametrize(
    "given",
    [
        {"name": "", "role": "user"},
        {"name": "service_key", "role": "user"},
        {"name": "x", "role": "missing"},
        {"name": "x", "role": "user", "scopes": []},
        {"name": "x", "role": "user", "scopes": ["users:delete"]},
        {"name": "x", "role": "user", "expiresAt": "2020-01-01T00:00:00Z"},
        {"name": "x", "role": "user", "expiresAt": "2999-01-01T00:00:00"},
        {"name": "x", "role": "user", "builtIn": "service"},
        {"name": "x", "role": "user", "keyHash": "00"},
    ],
)
async def test_a_key_that_makes_no_sense_is_refused(serve: Serve, given: dict[str, object]) -> None:
    served = await serve()
    before = await served.data(KEYS)

    refusal = await served.refusal(CREATE_KEY, {"input": given})

    assert refusal["extensions"]["code"] == "VALIDATION"
    assert await served.data(KEYS) == before


async def test_an_admin_neither_makes_nor_takes_a_superadmins_key(serve: Serve) -> None:
    served = await serve()
    admin = await make_key(served, "admin", "admin")
    await make_key(served, "above", "superadmin")
    above = await id_of(served, "above")
    before = await served.data(KEYS)

    denied = [
        await call(served, admin, CREATE_KEY, {"input": {"name": "mine", "role": "superadmin"}}),
        await call(served, admin, f'mutation {{ rotateApiKey(id: "{above}") {{ secret }} }}'),
        await call(served, admin, f'mutation {{ revokeApiKey(id: "{above}") {{ id }} }}'),
    ]

    assert denied == [(None, "FORBIDDEN")] * 3
    assert await served.data(KEYS) == before


async def test_a_key_expires(serve: Serve) -> None:
    served = await serve()
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    key = await make_key(served, "ci", "admin", expiresAt=later)
    listed = next(each for each in (await served.data(KEYS))["apiKeys"] if each["name"] == "ci")

    assert datetime.fromisoformat(listed["expiresAt"]) == datetime.fromisoformat(later)
    await served.change("UPDATE selfgraph.api_keys SET expires_at = now() - interval '1 second' WHERE name = 'ci'")
    assert await call(served, key, "{ roles { name } }") == (None, "UNAUTHENTICATED")


def test_scopes_are_those_that_root_fields_name() -> None:
    scopes = scopes_of((Query, Mutation, Subscription))

    assert scopes >= TABLE_SCOPES | {"roles:read", "roles:write", "keys:read", "keys:write", "system:read"}
    assert all(re.fullmatch(r"[a-z]+:(read|write)", scope) for scope in scopes)


async def test_a_refusal_names_the_scopes_there_are(serve: Serve) -> None:
    served = await serve()

    refusal = await served.refusal(CREATE_KEY, {"input": {"name": "x", "role": "user", "scopes": ["x"]}})

    assert all(scope in refusal["message"] for scope in scopes_of((Query, Mutation, Subscription)))
