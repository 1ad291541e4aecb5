"""Who may act on whom: every act by every rung on every rung, and a refused one changes nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from domain.identifiers import new_id
from tests.graph.administration.people import (
    ACTIVE,
    CREATE,
    DELETE,
    IMPERSONATE,
    ME,
    ROLES,
    UPDATE,
    Person,
)

if TYPE_CHECKING:
    from tests.graph.administration.people import People


def acts(user_id: str) -> dict[str, tuple[str, dict[str, Any]]]:
    return {
        "deactivate": (ACTIVE, {"id": user_id, "active": False}),
        "demote": (ROLES, {"id": user_id, "role": "user"}),
        "strip": (ROLES, {"id": user_id, "roles": []}),
        "rename": (UPDATE, {"id": user_id, "input": {"name": "Mallory"}}),
        "take over": (UPDATE, {"id": user_id, "input": {"email": "mallory@x.test", "emailVerified": True}}),
        "impersonate": (IMPERSONATE, {"id": user_id}),
    }


@pytest.mark.parametrize(
    ("rung", "target"),
    [("admin", "admin"), ("admin", "superadmin"), ("user", "user"), ("user", "admin"), ("user", "superadmin")],
)
async def test_nobody_acts_on_their_own_rung_or_above(people: People, rung: str, target: str) -> None:
    caller, victim = await people.make(rung), await people.make(target)
    await people.make("superadmin")
    before, trail = await people.everything(), await people.actions()

    for name, (query, variables) in acts(victim.id).items():
        assert await people.code(caller, query, variables) == "FORBIDDEN", name
    if rung == "user":
        assert await people.code(caller, DELETE, {"ids": [victim.id]}) == "FORBIDDEN"
    else:
        (result,) = await people.data(caller, DELETE, {"ids": [victim.id]})
        assert (result["ok"], result["code"]) == (False, "FORBIDDEN")

    assert await people.everything() == before
    assert await people.actions() == trail
    assert await people.code(victim, ME) is None


@pytest.mark.parametrize("rung", ["admin", "superadmin"])
async def test_nobody_acts_on_themselves(people: People, rung: str) -> None:
    caller = await people.make(rung)
    await people.make("superadmin")
    before = await people.everything()

    for name in ("deactivate", "demote", "strip", "impersonate"):
        assert await people.code(caller, *acts(caller.id)[name]) == "FORBIDDEN", name
    assert await people.code(caller, ROLES, {"id": caller.id, "role": "superadmin"}) == "FORBIDDEN"
    (result,) = await people.data(caller, DELETE, {"ids": [caller.id]})

    assert (result["ok"], result["code"]) == (False, "FORBIDDEN")
    assert await people.everything() == before


@pytest.mark.parametrize("rung", ["admin", "superadmin"])
@pytest.mark.parametrize("given", [{"email": "thief@x.test"}, {"emailVerified": True}], ids=str)
async def test_an_admin_does_not_change_their_own_address_without_the_password(
    people: People, rung: str, given: dict[str, Any]
) -> None:
    # An open session that somebody finds would be the account for good: the address is where a reset is mailed to.
    admin = await people.make(rung)
    before = await people.everything()

    assert await people.code(admin, UPDATE, {"id": admin.id, "input": given}) == "FORBIDDEN"
    assert await people.everything() == before
    assert await people.code(admin, UPDATE, {"id": admin.id, "input": {"name": "Ann", "email": admin.email}}) is None


async def test_an_impersonation_changes_nothing_of_the_admin(people: People) -> None:
    superadmin, admin = await people.make("superadmin"), await people.make("admin")
    token = (await people.data(superadmin, IMPERSONATE, {"id": admin.id}))["accessToken"]

    for given in ({"email": "thief@x.test"}, {"name": "Thief"}):
        refusal = await people.accounts.refusal(UPDATE, {"id": superadmin.id, "input": given}, token=token)
        assert refusal["code"] == "FORBIDDEN"


async def test_nobody_gives_a_role_above_their_own(people: People) -> None:
    admin, user = await people.make("admin"), await people.make()
    before = await people.everything()

    assert await people.code(admin, ROLES, {"id": user.id, "role": "superadmin"}) == "FORBIDDEN"
    assert await people.code(admin, CREATE, {"input": {"email": "m@x.test", "role": "superadmin"}}) == "FORBIDDEN"

    assert await people.everything() == before


@pytest.mark.parametrize("roles", [["admin"], ["superadmin"], ["user"], ["anonymous"], ["missing"], ["Admin"]])
async def test_a_built_in_role_is_no_custom_one(people: People, roles: list[str]) -> None:
    user = await people.make()
    before = await people.everything()

    assert await people.code(None, ROLES, {"id": user.id, "roles": roles}) == "VALIDATION"
    assert await people.code(None, CREATE, {"input": {"email": "m@x.test", "roles": roles}}) == "VALIDATION"
    assert await people.code(None, ROLES, {"id": user.id, "role": "editor"}) == "VALIDATION"

    assert await people.everything() == before


async def test_a_superadmin_acts_on_other_superadmins(people: People) -> None:
    caller, other = await people.make("superadmin"), await people.make("superadmin")

    assert await people.data(caller, ROLES, {"id": other.id, "role": "admin"}) == {"role": "admin", "roles": []}
    assert (await people.data(caller, ACTIVE, {"id": other.id, "active": False}))["active"] is False
    assert await people.data(caller, DELETE, {"ids": [other.id]}) == [
        {"id": other.id, "ok": True, "code": None, "message": None}
    ]


async def test_the_last_superadmin_stays_whoever_asks(people: People) -> None:
    last = await people.make("superadmin")
    gone = await people.make("superadmin")
    await people.data(last, ACTIVE, {"id": gone.id, "active": False})
    before = await people.everything()

    assert await people.code(None, *acts(last.id)["deactivate"]) == "CONFLICT"
    assert await people.code(None, *acts(last.id)["demote"]) == "CONFLICT"
    (result,) = await people.data(None, DELETE, {"ids": [last.id]})

    assert (result["ok"], result["code"]) == (False, "CONFLICT")
    assert await people.everything() == before


async def test_of_all_superadmins_at_once_one_is_left(people: People) -> None:
    everybody = [await people.make("superadmin") for _ in range(3)]

    results = await people.data(None, DELETE, {"ids": [each.id for each in everybody]})

    assert [result["code"] for result in results] == [None, None, "CONFLICT"]


DEMOTE = "demote"


@pytest.mark.parametrize("act", [DEMOTE, "deactivate", "delete"])
async def test_two_superadmins_who_remove_each_other_at_once_leave_one(people: People, act: str) -> None:
    for _ in range(3):
        first, second = await people.make("superadmin"), await people.make("superadmin")

        async def remove(caller: Person, other: Person) -> bool:
            if act == "delete":
                answer = await people.accounts.respond(DELETE, {"ids": [other.id]}, token=caller.token)
                return bool(answer.get("data") and answer["data"]["deleteUsers"][0]["ok"])
            return await people.code(caller, *acts(other.id)[act]) is None

        outcomes = await asyncio.gather(remove(first, second), remove(second, first))

        assert sorted(outcomes) == [False, True]
        left = await people.accounts.value("SELECT count(*) FROM selfgraph.users WHERE role = 'superadmin' AND active")
        assert left == 1
        await people.accounts.execute("DELETE FROM selfgraph.users")


@pytest.mark.parametrize("act", [DEMOTE, "deactivate", "delete"])
async def test_two_keys_that_remove_the_two_superadmins_at_once_leave_one(people: People, act: str) -> None:
    # A key has no account whose row would be locked: here the superadmins' own lock is all there is.
    async def remove(user_id: str) -> bool:
        if act == "delete":
            return bool((await people.data(None, DELETE, {"ids": [user_id]}))[0]["ok"])
        return await people.code(None, *acts(user_id)[act]) is None

    for n in range(5):
        both = [(await people.create(email=f"{n}{name}@x.test", role="superadmin"))["id"] for name in "ab"]

        outcomes = await asyncio.gather(*map(remove, both))

        assert sorted(outcomes) == [False, True]
        await people.accounts.execute("DELETE FROM selfgraph.users")


async def test_what_is_taken_from_an_admin_acts_at_once(people: People) -> None:
    admin, user = await people.make("admin"), await people.make()
    assert await people.code(admin, "{ usersCount }") is None

    await people.data(None, ROLES, {"id": admin.id, "role": "user"})

    assert await people.code(admin, "{ usersCount }") == "FORBIDDEN"
    assert await people.code(admin, *acts(user.id)["rename"]) == "FORBIDDEN"


async def test_a_restricted_key_neither_gives_nor_touches_its_own_rung(people: People) -> None:
    admin = await people.make("admin")
    await people.make("superadmin")
    key = await people.data(
        None,
        'mutation { createApiKey(input: {name: "k", role: "superadmin", scopes: ["users:write"]}) { secret } }',
    )
    headers = {"apikey": key["secret"]}
    superadmin = await people.make("superadmin")
    before = await people.everything()

    for query, variables in (
        acts(superadmin.id)["take over"],
        acts(superadmin.id)["demote"],
        acts(admin.id)["impersonate"],
    ):
        refusal = await people.accounts.refusal(query, variables, headers=headers)
        assert refusal["code"] == "FORBIDDEN"
    refusal = await people.accounts.refusal(
        CREATE, {"input": {"email": "m@x.test", "role": "superadmin"}}, headers=headers
    )
    assert refusal["code"] == "FORBIDDEN"
    assert (await people.accounts.refusal("{ usersCount }", headers=headers))["code"] == "FORBIDDEN"

    assert await people.everything() == before
    assert await people.accounts.data(UPDATE, {"id": admin.id, "input": {"name": "Ada"}}, headers=headers)


async def test_somebody_unknown_is_not_found(people: People) -> None:
    missing = str(new_id())

    for name, (query, variables) in acts(missing).items():
        if name != "impersonate":
            assert await people.code(None, query, variables) == "NOT_FOUND", name
    assert (await people.data(None, DELETE, {"ids": [missing]}))[0]["code"] == "NOT_FOUND"
    assert await people.code(None, ACTIVE, {"id": "no id", "active": True}) == "VALIDATION"
