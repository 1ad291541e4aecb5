"""Seeing and ending sessions; what ends takes effect with the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.graph.accounts.serving import EMAIL, LOGIN, ME, PASSWORD

if TYPE_CHECKING:
    from typing import Any

    from tests.graph.accounts.serving import Accounts

SESSIONS = "{ mySessions { id label userAgent ip createdAt usedAt expiresAt current impersonated } }"
LOGOUT = "mutation { logout }"
LOGOUT_ALL = "mutation { logoutAll }"
REVOKE = "mutation ($id: ID!) { revokeSession(id: $id) }"


async def is_signed_in(accounts: Accounts, session: dict[str, Any]) -> bool:
    answer = await accounts.respond(ME, token=session["accessToken"])
    return "errors" not in answer and bool(answer["data"]["me"])


async def test_sessions_are_listed_with_the_callers_own(accounts: Accounts) -> None:
    first = await accounts.sign_up()
    variables = {"identifier": EMAIL, "password": PASSWORD, "label": "  my\tphone "}
    second = await accounts.data(LOGIN, variables, headers={"User-Agent": "Phone/1.0"})
    await accounts.sign_up("bob@example.com")

    listed = await accounts.data(SESSIONS, token=second["accessToken"])

    assert [session["id"] for session in listed] == [second["sessionId"], first["sessionId"]]
    assert [session["current"] for session in listed] == [True, False]
    assert (listed[0]["label"], listed[0]["userAgent"], listed[0]["ip"]) == ("my phone", "Phone/1.0", "127.0.0.1")
    assert listed[0]["impersonated"] is False
    assert listed[0]["createdAt"] == listed[0]["usedAt"] < listed[0]["expiresAt"]


async def test_a_logout_ends_the_callers_session_at_once(accounts: Accounts) -> None:
    other = await accounts.sign_up()
    session = await accounts.login()

    assert await accounts.data(LOGOUT, token=session["accessToken"]) is True

    assert not await is_signed_in(accounts, session)
    assert await accounts.refresh_refusal(session["refreshToken"]) == "LOGGED_OUT"
    assert await is_signed_in(accounts, other)


async def test_a_logout_everywhere_ends_all_sessions_of_the_caller(accounts: Accounts) -> None:
    first, second = await accounts.sign_up(), await accounts.login()
    other = await accounts.sign_up("bob@example.com")

    assert await accounts.data(LOGOUT_ALL, token=second["accessToken"]) == 2

    assert not await is_signed_in(accounts, first)
    assert not await is_signed_in(accounts, second)
    assert await accounts.refresh_refusal(first["refreshToken"]) == "LOGGED_OUT"
    assert await is_signed_in(accounts, other)


async def test_one_session_is_revoked(accounts: Accounts) -> None:
    first, second = await accounts.sign_up(), await accounts.login()

    assert await accounts.data(REVOKE, {"id": first["sessionId"]}, token=second["accessToken"]) is True

    assert not await is_signed_in(accounts, first)
    assert await accounts.refresh_refusal(first["refreshToken"]) == "REVOKED"
    assert await is_signed_in(accounts, second)
    error = await accounts.refusal(REVOKE, {"id": first["sessionId"]}, token=second["accessToken"])
    assert error["code"] == "NOT_FOUND"


async def test_nobody_revokes_the_session_of_another(accounts: Accounts) -> None:
    ann, bob = await accounts.sign_up(), await accounts.sign_up("bob@example.com")

    error = await accounts.refusal(REVOKE, {"id": ann["sessionId"]}, token=bob["accessToken"])

    assert error["code"] == "NOT_FOUND"
    assert await is_signed_in(accounts, ann)


async def test_what_is_no_id_is_refused(accounts: Accounts) -> None:
    session = await accounts.sign_up()

    error = await accounts.refusal(REVOKE, {"id": "1; DROP TABLE"}, token=session["accessToken"])

    assert (error["code"], error["path"]) == ("VALIDATION", ["id"])


@pytest.mark.parametrize("document", [ME, SESSIONS, LOGOUT, LOGOUT_ALL, "mutation { deleteMe }"])
async def test_who_is_not_signed_in_is_told_so(accounts: Accounts, document: str) -> None:
    assert (await accounts.refusal(document))["code"] == "UNAUTHENTICATED"


async def impersonate(accounts: Accounts, session: dict[str, Any]) -> None:
    """Make a session one in which an admin acts as its user."""
    admin = await accounts.sign_up("admin@example.com")
    await accounts.execute("UPDATE selfgraph.users SET role = 'admin' WHERE email = 'admin@example.com'")
    await accounts.execute(
        "UPDATE selfgraph.sessions SET impersonator_id = $2 WHERE id = $1", session["sessionId"], admin["user"]["id"]
    )


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        (LOGOUT_ALL, {}),
        (REVOKE, {"id": "00000000-0000-7000-8000-000000000000"}),
        ("mutation ($password: String!) { deleteMe(password: $password) }", {"password": PASSWORD}),
        (
            'mutation ($p: String!) { changePassword(oldPassword: $p, newPassword: "a brand new one") { __typename } }',
            {"p": PASSWORD},
        ),
        (
            'mutation ($p: String!) { updateMe(input: {email: "x@example.com", password: $p}) { id } }',
            {"p": PASSWORD},
        ),
    ],
)
async def test_an_admin_who_acts_as_a_user_may_not_take_the_account_over(
    accounts: Accounts, document: str, variables: dict[str, str]
) -> None:
    session = await accounts.sign_up()
    await impersonate(accounts, session)
    mails = len(await accounts.mails())

    error = await accounts.refusal(document, variables, token=session["accessToken"])

    assert error["code"] == "FORBIDDEN"
    assert await accounts.value("SELECT count(*) FROM selfgraph.sessions WHERE ended_at IS NULL") == 2
    assert await accounts.value("SELECT count(*) FROM selfgraph.users") == 2
    assert len(await accounts.mails()) == mails
