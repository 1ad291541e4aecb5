"""Making, changing and deleting users, and acting as them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.mail import MailKind
from tests.graph.accounts.serving import OTHER_PASSWORD, PASSWORD
from tests.graph.administration.people import ACTIVE, CREATE, DELETE, IMPERSONATE, ME, ROLES, SERVICE, UPDATE

if TYPE_CHECKING:
    from tests.graph.administration.people import People

RESET = "mutation($t: String!, $p: String!) { resetPassword(token: $t, newPassword: $p) { __typename } }"
WHOLE = "mutation($input: CreateUserInput!) { createUser(input: $input) { email username name phone bio role roles active emailVerifiedAt claims } }"


async def test_a_user_is_made_with_everything(people: People) -> None:
    await people.data(None, 'mutation { createRole(name: "editor") { name } }')

    made = await people.data(
        None,
        WHOLE,
        {
            "input": {
                "email": " Ann@X.test ",
                "password": PASSWORD,
                "username": "Ann",
                "name": " Ann  Lee ",
                "phone": "+41 44 123 45 67",
                "bio": "Hi.",
                "role": "admin",
                "roles": ["editor", "editor"],
                "claims": {"x-hasura-Org": 7},
                "emailVerified": True,
            }
        },
    )

    assert made.pop("emailVerifiedAt") is not None
    assert made == {
        "email": "ann@x.test",
        "username": "ann",
        "name": "Ann Lee",
        "phone": "+41441234567",
        "bio": "Hi.",
        "role": "admin",
        "roles": ["editor"],
        "active": True,
        "claims": {"org": 7},
    }
    assert await people.accounts.mails() == []
    assert (await people.accounts.login("ann"))["__typename"] == "SignedIn"


async def test_a_user_without_a_password_sets_one_by_mail(people: People) -> None:
    await people.create(email="ann@x.test")

    (mail,) = await people.accounts.mails()
    assert (mail.kind, mail.to) == (MailKind.PASSWORD_RESET, "ann@x.test")
    await people.accounts.data(RESET, {"t": mail.values["token"], "p": PASSWORD})

    assert (await people.accounts.login("ann@x.test"))["__typename"] == "SignedIn"


async def test_a_user_with_a_password_verifies_the_address_by_mail(people: People) -> None:
    await people.create(email="ann@x.test", password=PASSWORD)

    (mail,) = await people.accounts.mails()

    assert mail.kind is MailKind.VERIFICATION


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"email": "taken@x.test"}, "CONFLICT"),
        ({"email": "b@x.test", "username": "taken"}, "CONFLICT"),
        ({"email": "no address"}, "VALIDATION"),
        ({"email": "b@x.test", "password": "short"}, "VALIDATION"),
        ({"email": "b@x.test", "phone": "0441234567"}, "VALIDATION"),
        ({"email": "b@x.test", "role": "root"}, "VALIDATION"),
        ({"email": "b@x.test", "claims": {"user-id": "x"}}, "VALIDATION"),
        ({"email": "b@x.test", "claims": {"a": [[1]]}}, "VALIDATION"),
        ({"email": "b@x.test", "claims": {"a": "x" * 5000}}, "VALIDATION"),
        ({"email": "b@x.test", "claims": '{"a": 1}'}, "VALIDATION"),
        ({"email": "b@x.test", "isSuperuser": True}, "VALIDATION"),
        ({"email": "b@x.test", "id": "00000000-0000-7000-8000-000000000000"}, "VALIDATION"),
    ],
)
async def test_a_user_who_cannot_be_made_leaves_nothing(people: People, given: dict[str, Any], code: str) -> None:
    await people.create(email="taken@x.test", username="taken")
    before, trail = await people.everything(), await people.actions()

    refusal = await people.refusal(None, CREATE, {"input": given})

    assert refusal["code"] == code
    assert await people.everything() == before
    assert await people.actions() == trail


async def test_a_weak_password_says_why(people: People) -> None:
    refusal = await people.refusal(None, CREATE, {"input": {"email": "b@x.test", "password": "password"}})

    assert refusal["reasons"] == ["COMMON"]


async def test_what_is_given_changes_and_the_rest_stays(people: People) -> None:
    user = await people.create(email="ann@x.test", name="Ann", username="ann", bio="Hi.", emailVerified=True)

    changed = await people.data(
        None, UPDATE, {"id": user["id"], "input": {"name": "Bea", "username": None, "claims": {"x-a": [1, "b"]}}}
    )
    nothing = await people.data(None, UPDATE, {"id": user["id"], "input": {}})

    assert (changed["name"], changed["username"], changed["bio"], changed["claims"]) == (
        "Bea",
        None,
        "Hi.",
        {"a": [1, "b"]},
    )
    assert nothing == changed
    for given in ({"email": None}, {"claims": None}, {"emailVerified": None}, {"role": "admin"}, {"active": False}):
        assert await people.code(None, UPDATE, {"id": user["id"], "input": given}) == "VALIDATION", given


async def test_another_address_is_unverified_and_told_to_the_old_one(people: People) -> None:
    user = await people.create(email="old@x.test", emailVerified=True)
    reset = await people.accounts.last_token()

    moved = await people.data(None, UPDATE, {"id": user["id"], "input": {"email": "New@x.test"}})

    assert (moved["email"], moved["emailVerifiedAt"]) == ("new@x.test", None)
    mail = (await people.accounts.mails())[-1]
    assert (mail.kind, mail.to) == (MailKind.EMAIL_CHANGED, "old@x.test")
    assert (await people.accounts.refusal(RESET, {"t": reset, "p": PASSWORD}))["code"] == "VALIDATION"


async def test_claims_act_at_once(people: People) -> None:
    user = await people.make()
    assert await people.code(user, ME) is None

    await people.data(None, UPDATE, {"id": user.id, "input": {"claims": {"org": "7"}}})

    assert await people.accounts.value("SELECT claims->>'org' FROM selfgraph.users") == "7"
    assert await people.code(user, ME) is None


async def test_a_deactivated_user_is_signed_out_and_stays_out(people: People) -> None:
    user, other = await people.make(), await people.make()
    session = await people.accounts.login(user.email)

    off = await people.data(None, ACTIVE, {"id": user.id, "active": False})

    assert off["active"] is False
    assert await people.code(user, ME) == "UNAUTHENTICATED"
    assert await people.accounts.refresh_refusal(session["refreshToken"]) == "DEACTIVATED"
    assert await people.code(other, ME) is None
    await people.data(None, ACTIVE, {"id": user.id, "active": True})
    assert await people.code(user, ME) == "UNAUTHENTICATED"
    assert (await people.accounts.login(user.email))["__typename"] == "SignedIn"


async def test_a_role_acts_in_running_sessions(people: People) -> None:
    user = await people.make()
    assert await people.code(user, "{ usersCount }") == "FORBIDDEN"

    await people.data(None, ROLES, {"id": user.id, "role": "admin"})

    assert await people.code(user, "{ usersCount }") is None


async def test_each_deleted_id_has_its_result(people: People) -> None:
    superadmin, admin, gone = await people.make("superadmin"), await people.make("admin"), await people.make()
    missing = "00000000-0000-7000-8000-000000000000"

    results = await people.data(admin, DELETE, {"ids": [gone.id, superadmin.id, missing, admin.id, gone.id.upper()]})

    assert [(each["id"], each["ok"], each["code"]) for each in results] == [
        (gone.id, True, None),
        (superadmin.id, False, "FORBIDDEN"),
        (missing, False, "NOT_FOUND"),
        (admin.id, False, "FORBIDDEN"),
    ]
    assert await people.code(gone, ME) == "UNAUTHENTICATED"
    assert await people.accounts.value("SELECT count(*) FROM selfgraph.users") == 2
    assert await people.code(admin, DELETE, {"ids": [missing[:-3] + f"{n:03}" for n in range(101)]}) == "VALIDATION"
    assert await people.data(admin, DELETE, {"ids": []}) == []


async def test_an_admin_acts_as_a_user_for_a_while_and_the_trail_names_them(people: People) -> None:
    admin, user = await people.make("admin"), await people.make()
    mails = len(await people.accounts.mails())

    session = await people.data(admin, IMPERSONATE, {"id": user.id})

    token = session["accessToken"]
    assert session["refreshToken"] is None
    assert datetime.fromisoformat(session["expiresAt"]) <= datetime.now(UTC) + timedelta(minutes=15)
    assert (await people.accounts.data(ME, token=token))["id"] == user.id
    assert len(await people.accounts.mails()) == mails
    events = await people.data(
        await people.make("superadmin"),
        '{ auditEvents(action: "user.impersonate") { nodes { actorId target address } } }',
    )
    assert events["nodes"] == [{"actorId": admin.id, "target": f"user:{user.id}", "address": "127.0.0.1"}]


async def test_an_impersonation_goes_no_further(people: People) -> None:
    superadmin, admin, user = await people.make("superadmin"), await people.make("admin"), await people.make()
    token = (await people.data(superadmin, IMPERSONATE, {"id": admin.id}))["accessToken"]

    for target in (user, superadmin):
        refusal = await people.accounts.refusal(IMPERSONATE, {"id": target.id}, token=token)
        assert refusal["code"] == "FORBIDDEN"
    refusal = await people.accounts.refusal(IMPERSONATE, {"id": user.id}, headers=SERVICE)
    assert refusal["code"] == "FORBIDDEN"


async def test_an_impersonation_ends_with_the_admin(people: People) -> None:
    for act in ("deactivate", "demote", "delete"):
        admin, user = await people.make("admin"), await people.make()
        token = (await people.data(admin, IMPERSONATE, {"id": user.id}))["accessToken"]
        assert "errors" not in await people.accounts.respond(ME, token=token)

        if act == "deactivate":
            await people.data(None, ACTIVE, {"id": admin.id, "active": False})
        elif act == "demote":
            await people.data(None, ROLES, {"id": admin.id, "role": "user"})
        else:
            await people.data(None, DELETE, {"ids": [admin.id]})

        assert (await people.accounts.refusal(ME, token=token))["code"] == "UNAUTHENTICATED", act
        assert await people.code(user, ME) is None


@pytest.mark.parametrize("act", ["logout", "change", "reset"])
async def test_an_impersonation_ends_with_the_sessions_of_the_admin(people: People, act: str) -> None:
    # Whoever has found an open session of theirs must not keep what they opened from there.
    admin, user = await people.make("admin"), await people.make()
    token = (await people.data(admin, IMPERSONATE, {"id": user.id}))["accessToken"]

    if act == "logout":
        assert await people.data(admin, "mutation { logoutAll }") == 2
    elif act == "change":
        change = "mutation($old: String!, $new: String!) { changePassword(oldPassword: $old, newPassword: $new) { __typename } }"
        await people.data(admin, change, {"old": PASSWORD, "new": OTHER_PASSWORD})
    else:
        await people.data(None, "mutation($e: String!) { requestPasswordReset(email: $e) }", {"e": admin.email})
        await people.data(None, RESET, {"t": await people.accounts.last_token(), "p": OTHER_PASSWORD})

    assert (await people.accounts.refusal(ME, token=token))["code"] == "UNAUTHENTICATED"
    assert await people.code(user, ME) is None


async def test_what_an_admin_changes_as_somebody_else_is_in_the_trail(people: People) -> None:
    admin, user = await people.make("admin"), await people.make()
    token = (await people.data(admin, IMPERSONATE, {"id": user.id}))["accessToken"]

    await people.accounts.data('mutation { updateMe(input: { name: "Ann" }) { id } }', token=token)

    events = await people.data(
        await people.make("superadmin"),
        '{ auditEvents(action: "user.update") { nodes { actorId target details address } } }',
    )
    assert events["nodes"] == [
        {"actorId": admin.id, "target": f"user:{user.id}", "details": {"fields": ["name"]}, "address": "127.0.0.1"}
    ]


async def test_nobody_acts_as_an_inactive_user(people: People) -> None:
    admin, user = await people.make("admin"), await people.make()
    await people.data(None, ACTIVE, {"id": user.id, "active": False})

    assert await people.code(admin, IMPERSONATE, {"id": user.id}) == "CONFLICT"


async def test_a_role_is_deleted_or_given_but_not_both(people: People) -> None:
    user = await people.create(email="ann@x.test")
    for n in range(4):
        name = f"r{n}"
        await people.data(None, f'mutation {{ createRole(name: "{name}") {{ name }} }}')

        codes = await asyncio.gather(
            people.code(None, f'mutation {{ deleteRole(name: "{name}") {{ name }} }}'),
            people.code(None, ROLES, {"id": user["id"], "roles": [name]}),
        )

        assert tuple(codes) in {("CONFLICT", None), (None, "VALIDATION")}
