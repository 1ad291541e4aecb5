"""What users see, change and delete of themselves."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.graph.accounts.serving import EMAIL, ME, OTHER_PASSWORD, PASSWORD

if TYPE_CHECKING:
    from tests.graph.accounts.serving import Accounts

UPDATE = """
mutation ($input: UpdateMeInput!) { updateMe(input: $input) { email username name bio phone role updatedAt } }
"""
DELETE = "mutation ($password: String) { deleteMe(password: $password) }"
VERIFY = "mutation ($token: String!) { verifyEmail(token: $token) { email emailVerifiedAt } }"


async def update(accounts: Accounts, session: dict[str, Any], **given: Any) -> dict[str, Any]:
    result: dict[str, Any] = await accounts.data(UPDATE, {"input": given}, token=session["accessToken"])
    return result


async def update_refusal(accounts: Accounts, session: dict[str, Any], **given: Any) -> dict[str, Any]:
    return await accounts.refusal(UPDATE, {"input": given}, token=session["accessToken"])


async def test_what_is_given_changes_and_what_is_left_out_stays(accounts: Accounts) -> None:
    session = await accounts.sign_up(name="Ann", username="ann")

    first = await update(accounts, session, bio="Line\nbreaks", phone="+41 (44) 123-45.67")
    second = await update(accounts, session, name=None, phone=None, username="Ann.2")

    assert (first["name"], first["bio"], first["phone"]) == ("Ann", "Line\nbreaks", "+41441234567")
    assert (second["name"], second["phone"], second["username"], second["bio"]) == (None, None, "ann.2", "Line\nbreaks")
    assert second["updatedAt"] > first["updatedAt"]
    assert (await accounts.login("ann.2"))["__typename"] == "SignedIn"


async def test_an_update_of_nothing_changes_nothing(accounts: Accounts) -> None:
    session = await accounts.sign_up(name="Ann")

    assert (await update(accounts, session))["name"] == "Ann"


@pytest.mark.parametrize(
    "smuggled",
    [
        {"role": "superadmin"},
        {"roles": ["admin"]},
        {"isSuperuser": True},
        {"active": True},
        {"claims": {"x-role": "admin"}},
        {"emailVerifiedAt": "2026-01-01T00:00:00Z"},
        {"passwordHash": "x"},
    ],
)
async def test_nothing_else_can_be_changed(accounts: Accounts, smuggled: dict[str, object]) -> None:
    session = await accounts.sign_up()

    error = await update_refusal(accounts, session, name="Mallory", **smuggled)

    assert error["code"] == "VALIDATION"
    me = await accounts.data(ME, token=session["accessToken"])
    assert (me["name"], me["role"], me["roles"]) == (None, "user", [])


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"name": "x" * 201}, "name"),
        ({"bio": "x" * 2001}, "bio"),
        ({"bio": "nul\0"}, "bio"),
        ({"phone": "044 123"}, "phone"),
        ({"username": ""}, "username"),
        ({"email": None, "password": PASSWORD}, "email"),
        ({"email": "nobody", "password": PASSWORD}, "email"),
    ],
)
async def test_what_is_not_written_as_it_has_to_be_is_refused(
    accounts: Accounts, given: dict[str, Any], path: str
) -> None:
    session = await accounts.sign_up()

    error = await update_refusal(accounts, session, **given)

    assert (error["code"], error["path"]) == ("VALIDATION", [path])


async def test_a_username_that_is_taken_is_a_conflict(accounts: Accounts) -> None:
    await accounts.sign_up("bob@example.com", username="bob")
    session = await accounts.sign_up()

    assert (await update_refusal(accounts, session, username="BOB", name="x"))["code"] == "CONFLICT"
    assert (await accounts.data(ME, token=session["accessToken"]))["name"] is None


async def test_a_new_address_is_the_accounts_once_it_is_verified_and_the_old_one_is_told(accounts: Accounts) -> None:
    session = await accounts.sign_up(name="Ann")

    asked = await update(accounts, session, email="New@example.com", password=PASSWORD)

    assert asked["email"] == EMAIL
    mail = (await accounts.mails())[-1]
    assert (mail.to, mail.kind) == ("new@example.com", "verification")
    verified = await accounts.data(VERIFY, {"token": mail.values["token"]})
    assert verified["email"] == "new@example.com"
    assert verified["emailVerifiedAt"] is not None
    told = (await accounts.mails())[-1]
    assert (told.to, told.kind, told.values["email"]) == (EMAIL, "email_changed", "new@example.com")
    assert (await accounts.login("new@example.com"))["__typename"] == "SignedIn"
    assert (await accounts.login_refusal(EMAIL))["reason"] == "BAD_CREDENTIALS"


@pytest.mark.parametrize("password", ["wrong password", None, ""])
async def test_a_new_address_needs_the_password(accounts: Accounts, password: str | None) -> None:
    session = await accounts.sign_up()

    error = await update_refusal(accounts, session, email="new@example.com", password=password, name="x")

    assert (error["code"], error["reason"]) == ("FORBIDDEN", "WRONG_PASSWORD")
    assert len(await accounts.mails()) == 1
    assert (await accounts.data(ME, token=session["accessToken"]))["name"] is None


async def test_a_new_address_that_has_an_account_is_not_told_to_the_caller_but_to_its_owner(
    accounts: Accounts,
) -> None:
    await accounts.sign_up("bob@example.com", name="Bob")
    session = await accounts.sign_up()
    await accounts.data(ME, token=session["accessToken"])  # the session is known from here on

    free = await update(accounts, session, email="free@example.com", password=PASSWORD)
    statements = list(accounts.statements)
    taken = await update(accounts, session, email="bob@example.com", password=PASSWORD)

    assert taken == free
    assert accounts.statements == statements
    told = (await accounts.mails())[-1]
    assert (told.to, told.kind, told.values) == ("bob@example.com", "already_registered", {"name": "Bob"})


async def test_an_address_that_somebody_else_has_got_meanwhile_is_a_conflict(accounts: Accounts) -> None:
    session = await accounts.sign_up()
    await update(accounts, session, email="new@example.com", password=PASSWORD)
    token = await accounts.last_token()
    await accounts.sign_up("new@example.com")

    assert (await accounts.refusal(VERIFY, {"token": token}))["code"] == "CONFLICT"
    assert await accounts.value("SELECT count(*) FROM selfgraph.users WHERE email = $1", EMAIL) == 1


async def test_only_the_last_address_asked_for_is_verified(accounts: Accounts) -> None:
    session = await accounts.sign_up()
    await update(accounts, session, email="one@example.com", password=PASSWORD)
    first = await accounts.last_token()
    await update(accounts, session, email="two@example.com", password=PASSWORD)

    assert (await accounts.refusal(VERIFY, {"token": first}))["code"] == "VALIDATION"
    assert (await accounts.data(VERIFY, {"token": await accounts.last_token()}))["email"] == "two@example.com"


async def test_claims_are_shown_to_admins_only(accounts: Accounts) -> None:
    session = await accounts.sign_up()
    await accounts.execute("""UPDATE selfgraph.users SET claims = '{"x-team": "7"}'""")
    assert (await accounts.data(ME, token=session["accessToken"]))["claims"] is None

    await accounts.execute("UPDATE selfgraph.users SET role = 'admin'")
    admin = await accounts.login()

    assert (await accounts.data(ME, token=admin["accessToken"]))["claims"] == {"x-team": "7"}


async def test_an_account_is_deleted_with_everything_but_the_trail(accounts: Accounts) -> None:
    session = await accounts.sign_up()

    assert await accounts.data(DELETE, {"password": PASSWORD}, token=session["accessToken"]) is True

    assert (await accounts.refusal(ME, token=session["accessToken"]))["code"] == "UNAUTHENTICATED"
    assert await accounts.refresh_refusal(session["refreshToken"]) == "INVALID"
    assert (await accounts.login_refusal())["reason"] == "BAD_CREDENTIALS"
    for table in ("users", "sessions", "refresh_tokens", "one_time_tokens"):
        assert await accounts.value(f"SELECT count(*) FROM selfgraph.{table}") == 0
    query = "SELECT actor_id::text FROM selfgraph.audit_events WHERE action = 'user.delete_self'"
    assert await accounts.value(query) == session["user"]["id"]
    assert (await accounts.register())["__typename"] == "SignedUp"


@pytest.mark.parametrize("password", ["wrong password", None])
async def test_a_deletion_needs_the_password(accounts: Accounts, password: str | None) -> None:
    session = await accounts.sign_up()

    error = await accounts.refusal(DELETE, {"password": password}, token=session["accessToken"])

    assert (error["code"], error["reason"]) == ("FORBIDDEN", "WRONG_PASSWORD")
    assert await accounts.value("SELECT count(*) FROM selfgraph.users") == 1


async def test_an_account_without_a_password_is_deleted_soon_after_a_sign_in_only(accounts: Accounts) -> None:
    session = await accounts.sign_up()
    await accounts.execute("UPDATE selfgraph.users SET password_hash = NULL")
    await accounts.execute("UPDATE selfgraph.sessions SET created_at = now() - interval '11 minutes'")
    error = await accounts.refusal(DELETE, token=session["accessToken"])
    assert (error["code"], error["reason"]) == ("FORBIDDEN", "SIGN_IN_AGAIN")

    await accounts.execute("UPDATE selfgraph.sessions SET created_at = now() - interval '9 minutes'")
    assert await accounts.data(DELETE, token=session["accessToken"]) is True


async def test_the_last_active_superadmin_stays(accounts: Accounts) -> None:
    await accounts.sign_up()
    await accounts.sign_up("closed@example.com")
    await accounts.execute("UPDATE selfgraph.users SET role = 'superadmin', active = (email = $1)", EMAIL)
    session = await accounts.login()

    error = await accounts.refusal(DELETE, {"password": PASSWORD}, token=session["accessToken"])

    assert error["code"] == "CONFLICT"
    assert await accounts.value("SELECT count(*) FROM selfgraph.users") == 2


async def test_one_of_two_superadmins_may_go(accounts: Accounts) -> None:
    await accounts.sign_up()
    await accounts.sign_up("other@example.com", OTHER_PASSWORD)
    await accounts.execute("UPDATE selfgraph.users SET role = 'superadmin'")
    one, other = await accounts.login(), await accounts.login("other@example.com", OTHER_PASSWORD)

    answers = await asyncio.gather(
        accounts.respond(DELETE, {"password": PASSWORD}, token=one["accessToken"]),
        accounts.respond(DELETE, {"password": OTHER_PASSWORD}, token=other["accessToken"]),
    )

    assert sorted("errors" in answer for answer in answers) == [False, True]
    assert await accounts.value("SELECT count(*) FROM selfgraph.users") == 1


async def test_passwords_that_are_guessed_by_a_signed_in_thief_are_limited(accounts: Accounts) -> None:
    session = await accounts.sign_up()
    for _ in range(10):
        await accounts.refusal(DELETE, {"password": "wrong password"}, token=session["accessToken"])

    error = await accounts.refusal(DELETE, {"password": PASSWORD}, token=session["accessToken"])

    assert error["code"] == "RATE_LIMITED"
