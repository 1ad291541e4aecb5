"""Roles over GraphQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.graph.access.calls import call, make_key

if TYPE_CHECKING:
    from tests.graph.conftest import Serve
    from tests.graph.tables.serving import Served

ROLE = "name description inherits builtIn"
CREATE = (
    "mutation($name: String!, $inherits: [String!]) { createRole(name: $name, inherits: $inherits) { " + ROLE + " } }"
)


async def names(served: Served) -> list[str]:
    return [role["name"] for role in (await served.data("{ roles { name } }"))["roles"]]


async def test_the_life_of_a_role(serve: Serve) -> None:
    served = await serve()

    made = await served.data(CREATE, {"name": "editor", "inherits": ["user"]})
    described = await served.data('mutation { updateRole(name: "editor", description: "Edits.") { ' + ROLE + " } }")
    alone = await served.data('mutation { updateRole(name: "editor", inherits: []) { ' + ROLE + " } }")
    silent = await served.data('mutation { updateRole(name: "editor", description: null) { description } }')
    found = await served.data('{ role(name: "editor") { name } missing: role(name: "x") { name } }')
    deleted = await served.data('mutation { deleteRole(name: "editor") { name } }')

    assert made["createRole"] == {"name": "editor", "description": None, "inherits": ["user"], "builtIn": False}
    assert described["updateRole"] == {**made["createRole"], "description": "Edits."}
    assert alone["updateRole"] == {**described["updateRole"], "inherits": []}
    assert silent["updateRole"] == {"description": None}
    assert found == {"role": {"name": "editor"}, "missing": None}
    assert deleted == {"deleteRole": {"name": "editor"}}
    assert await names(served) == ["admin", "anonymous", "superadmin", "user"]


@pytest.mark.parametrize("name", ["admin", "Admin", "SUPERADMIN", "\u0430dmin", "ADM\u0130N", "user "])
async def test_no_custom_role_is_called_admin(serve: Serve, name: str) -> None:
    served = await serve()
    before = await names(served)

    refusal = await served.refusal(CREATE, {"name": name})

    assert refusal["extensions"]["code"] == "VALIDATION"
    assert await names(served) == before


@pytest.mark.parametrize("inherited", ["admin", "superadmin"])
async def test_no_custom_role_inherits_an_administrator(serve: Serve, inherited: str) -> None:
    served = await serve()

    refusal = await served.refusal(CREATE, {"name": "editor", "inherits": [inherited]})

    assert refusal["extensions"] == {"code": "VALIDATION", "path": ["inherits"]}
    assert "editor" not in await names(served)


async def test_a_role_in_use_tells_by_how_many(serve: Serve) -> None:
    served = await serve()
    await served.data(CREATE, {"name": "editor"})
    await make_key(served, "ci", "editor")

    refusal = await served.refusal('mutation { deleteRole(name: "editor") { name } }')

    assert refusal["extensions"] == {
        "code": "CONFLICT",
        "users": 0,
        "keys": 1,
        "roles": 0,
        "permissions": 0,
        "fileRules": 0,
    }
    assert "editor" in await names(served)


@pytest.mark.parametrize(
    ("role", "scopes", "code"),
    [
        ("user", None, "FORBIDDEN"),
        ("anonymous", None, "UNAUTHENTICATED"),
        ("admin", ["roles:read"], "FORBIDDEN"),
    ],
)
async def test_a_denied_change_changes_nothing(serve: Serve, role: str, scopes: list[str] | None, code: str) -> None:
    served = await serve()
    key = await make_key(served, "ci", role, scopes)
    await served.data(CREATE, {"name": "editor"})
    before = await served.data("{ roles { name description inherits } }")

    for mutation in (
        'createRole(name: "mine") { name }',
        'updateRole(name: "editor", description: "x") { name }',
        'deleteRole(name: "editor") { name }',
    ):
        assert await call(served, key, f"mutation {{ {mutation} }}") == (None, code)

    assert await served.data("{ roles { name description inherits } }") == before
