"""Changing and resetting passwords."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.graph.accounts.serving import EMAIL, ME, OTHER_PASSWORD, PASSWORD, RESET

if TYPE_CHECKING:
    from tests.graph.accounts.serving import Accounts

CHANGE = """
mutation ($old: String, $new: String!) {
  changePassword(oldPassword: $old, newPassword: $new) {
    __typename ... on PasswordChanged { endedSessions } ... on WeakPassword { reasons }
  }
}
"""
ASK = "mutation ($email: String!) { requestPasswordReset(email: $email) }"


async def is_signed_in(accounts: Accounts, session: dict[str, Any]) -> bool:
    return "errors" not in await accounts.respond(ME, token=session["accessToken"])


async def reset_token(accounts: Accounts, email: str = EMAIL) -> str:
    assert await accounts.data(ASK, {"email": email}) is True
    return await accounts.last_token()


async def test_a_changed_password_ends_the_other_sessions_and_is_told_by_mail(accounts: Accounts) -> None:
    other = await accounts.sign_up(name="Ann")
    mine = await accounts.login()

    changed = await accounts.data(CHANGE, {"old": PASSWORD, "new": OTHER_PASSWORD}, token=mine["accessToken"])

    assert changed == {"__typename": "PasswordChanged", "endedSessions": 1}
    assert await is_signed_in(accounts, mine)
    assert not await is_signed_in(accounts, other)
    assert await accounts.refresh_refusal(other["refreshToken"]) == "PASSWORD_CHANGED"
    assert (await accounts.refresh(mine["refreshToken"]))["sessionId"] == mine["sessionId"]
    mail = (await accounts.mails())[-1]
    assert (mail.to, mail.kind, mail.values["address"]) == (EMAIL, "password_changed", "127.0.0.1")
    assert (await accounts.login_refusal())["reason"] == "BAD_CREDENTIALS"
    assert (await accounts.login(password=OTHER_PASSWORD))["__typename"] == "SignedIn"
    assert (
        await accounts.value("SELECT count(*) FROM selfgraph.audit_events WHERE action = 'user.change_password'") == 1
    )


@pytest.mark.parametrize("old", ["wrong password", "", None])
async def test_a_change_needs_the_old_password(accounts: Accounts, old: str | None) -> None:
    session = await accounts.sign_up()

    error = await accounts.refusal(CHANGE, {"old": old, "new": OTHER_PASSWORD}, token=session["accessToken"])

    assert (error["code"], error["reason"]) == ("FORBIDDEN", "WRONG_PASSWORD")
    assert (await accounts.login())["__typename"] == "SignedIn"
    assert await is_signed_in(accounts, session)


async def test_a_weak_new_password_changes_nothing(accounts: Accounts) -> None:
    session = await accounts.sign_up()

    result = await accounts.data(CHANGE, {"old": PASSWORD, "new": EMAIL}, token=session["accessToken"])

    assert result == {"__typename": "WeakPassword", "reasons": ["SAME_AS_IDENTIFIER"]}
    assert (await accounts.login())["__typename"] == "SignedIn"


async def test_an_account_without_a_password_gets_one_soon_after_a_sign_in(accounts: Accounts) -> None:
    session = await accounts.sign_up()
    await accounts.execute("UPDATE selfgraph.users SET password_hash = NULL")

    changed = await accounts.data(CHANGE, {"new": OTHER_PASSWORD}, token=session["accessToken"])

    assert changed["__typename"] == "PasswordChanged"
    assert (await accounts.login(password=OTHER_PASSWORD))["__typename"] == "SignedIn"


async def test_of_two_changes_at_once_one_is_done(accounts: Accounts) -> None:
    session = await accounts.sign_up()
    news = [f"a password of number {n}" for n in range(3)]

    answers = await asyncio.gather(
        *(accounts.respond(CHANGE, {"old": PASSWORD, "new": new}, token=session["accessToken"]) for new in news)
    )

    assert sorted("errors" in answer for answer in answers) == [False, True, True]
    (done,) = [new for new, answer in zip(news, answers, strict=True) if "errors" not in answer]
    assert (await accounts.login(password=done))["__typename"] == "SignedIn"


async def test_a_reset_sets_the_password_ends_all_sessions_and_verifies_the_address(accounts: Accounts) -> None:
    session = await accounts.sign_up(name="Ann")
    token = await reset_token(accounts, "ANN@example.com")
    mail = (await accounts.mails())[-1]
    assert (mail.to, mail.kind, mail.values["name"]) == (EMAIL, "password_reset", "Ann")

    result = await accounts.data(RESET, {"token": token, "password": OTHER_PASSWORD})

    assert result == {"__typename": "PasswordChanged", "endedSessions": 1}
    assert not await is_signed_in(accounts, session)
    assert await accounts.refresh_refusal(session["refreshToken"]) == "PASSWORD_RESET"
    assert (await accounts.login_refusal())["reason"] == "BAD_CREDENTIALS"
    renewed = await accounts.login(password=OTHER_PASSWORD)
    assert (await accounts.data(ME, token=renewed["accessToken"]))["emailVerifiedAt"] is not None
    assert "password_changed" in [mail.kind for mail in await accounts.mails()]
    assert await accounts.value("SELECT count(*) FROM selfgraph.audit_events WHERE action = 'user.reset_password'") == 1


async def test_a_reset_token_is_good_once(accounts: Accounts) -> None:
    await accounts.sign_up()
    token = await reset_token(accounts)
    await accounts.data(RESET, {"token": token, "password": OTHER_PASSWORD})

    error = await accounts.refusal(RESET, {"token": token, "password": "a third good password"})

    assert (error["code"], error["path"]) == ("VALIDATION", ["token"])
    assert (await accounts.login(password=OTHER_PASSWORD))["__typename"] == "SignedIn"


async def test_a_reset_token_used_twice_at_once_is_good_once(accounts: Accounts) -> None:
    await accounts.sign_up()
    token = await reset_token(accounts)

    answers = await asyncio.gather(
        *(accounts.respond(RESET, {"token": token, "password": f"a password of number {n}"}) for n in range(3))
    )

    assert sorted("errors" in answer for answer in answers) == [False, True, True]


async def test_a_reset_makes_earlier_tokens_useless(accounts: Accounts) -> None:
    await accounts.sign_up()
    first, second = await reset_token(accounts), await reset_token(accounts)
    await accounts.data(RESET, {"token": second, "password": OTHER_PASSWORD})

    assert (await accounts.refusal(RESET, {"token": first, "password": PASSWORD}))["code"] == "VALIDATION"


async def test_a_changed_password_makes_reset_tokens_useless(accounts: Accounts) -> None:
    session = await accounts.sign_up()
    token = await reset_token(accounts)
    await accounts.data(CHANGE, {"old": PASSWORD, "new": OTHER_PASSWORD}, token=session["accessToken"])

    assert (await accounts.refusal(RESET, {"token": token, "password": PASSWORD}))["code"] == "VALIDATION"


async def test_a_reset_token_for_an_old_address_is_useless(accounts: Accounts) -> None:
    await accounts.sign_up()
    token = await reset_token(accounts)
    await accounts.execute("UPDATE selfgraph.users SET email = 'new@example.com'")

    assert (await accounts.refusal(RESET, {"token": token, "password": OTHER_PASSWORD}))["code"] == "VALIDATION"


async def test_a_reset_token_expires_after_two_hours(accounts: Accounts) -> None:
    await accounts.sign_up()
    token = await reset_token(accounts)
    query = "SELECT expires_at - created_at FROM selfgraph.one_time_tokens WHERE purpose = 'reset_password'"
    assert round((await accounts.value(query)).total_seconds() / 60) == 120

    await accounts.execute("UPDATE selfgraph.one_time_tokens SET expires_at = now()")

    assert (await accounts.refusal(RESET, {"token": token, "password": OTHER_PASSWORD}))["code"] == "VALIDATION"


async def test_a_weak_password_leaves_the_token_good(accounts: Accounts) -> None:
    await accounts.sign_up()
    token = await reset_token(accounts)

    result = await accounts.data(RESET, {"token": token, "password": "short"})

    assert result == {"__typename": "WeakPassword", "reasons": ["TOO_SHORT"]}
    assert (await accounts.data(RESET, {"token": token, "password": OTHER_PASSWORD}))["__typename"] == "PasswordChanged"


async def test_a_reset_lifts_a_lockout(accounts: Accounts) -> None:
    await accounts.sign_up()
    for _ in range(5):
        await accounts.login_refusal(password="wrong password")
    assert (await accounts.login_refusal())["code"] == "RATE_LIMITED"

    await accounts.data(RESET, {"token": await reset_token(accounts), "password": OTHER_PASSWORD})

    assert (await accounts.login(password=OTHER_PASSWORD))["__typename"] == "SignedIn"


async def test_asking_for_a_reset_tells_nothing_of_the_address(accounts: Accounts) -> None:
    await accounts.sign_up()
    await accounts.sign_up("closed@example.com")
    await accounts.execute("UPDATE selfgraph.users SET active = false WHERE email = 'closed@example.com'")
    known = await accounts.respond(ASK, {"email": EMAIL})
    statements = list(accounts.statements)
    mails = len(await accounts.mails())

    for email in ("nobody@example.com", "closed@example.com"):
        assert await accounts.respond(ASK, {"email": email}) == known
        assert accounts.statements == statements

    assert len(await accounts.mails()) == mails
    assert await accounts.value("SELECT count(*) FROM selfgraph.one_time_tokens WHERE purpose = 'reset_password'") == 1


async def test_a_deactivated_user_does_not_come_back_by_a_reset(accounts: Accounts) -> None:
    await accounts.sign_up()
    token = await reset_token(accounts)
    await accounts.execute("UPDATE selfgraph.users SET active = false")

    assert (await accounts.refusal(RESET, {"token": token, "password": OTHER_PASSWORD}))["code"] == "VALIDATION"


async def test_reset_mails_to_one_address_are_limited_whether_or_not_it_has_an_account(accounts: Accounts) -> None:
    await accounts.sign_up()
    for email in (EMAIL, "nobody@example.com"):
        for _ in range(5):
            await accounts.data(ASK, {"email": email})
        assert (await accounts.refusal(ASK, {"email": email}))["code"] == "RATE_LIMITED"

    assert [mail.to for mail in await accounts.mails() if mail.kind == "password_reset"] == [EMAIL] * 5


async def test_a_verification_token_resets_no_password(accounts: Accounts) -> None:
    await accounts.sign_up()

    error = await accounts.refusal(RESET, {"token": await accounts.last_token(), "password": OTHER_PASSWORD})

    assert error["code"] == "VALIDATION"


@pytest.mark.parametrize("by", ["change", "reset"])
async def test_a_new_password_stops_a_change_of_address_that_a_thief_has_asked_for(accounts: Accounts, by: str) -> None:
    session = await accounts.sign_up()
    ask = 'mutation ($p: String!) { updateMe(input: {email: "thief@example.com", password: $p}) { id } }'
    await accounts.data(ask, {"p": PASSWORD}, token=session["accessToken"])
    stolen = await accounts.last_token()

    if by == "change":
        await accounts.data(CHANGE, {"old": PASSWORD, "new": OTHER_PASSWORD}, token=session["accessToken"])
    else:
        await accounts.data(RESET, {"token": await reset_token(accounts), "password": OTHER_PASSWORD})

    verify = "mutation ($token: String!) { verifyEmail(token: $token) { email } }"
    assert (await accounts.refusal(verify, {"token": stolen}))["code"] == "VALIDATION"
    assert await accounts.value("SELECT email FROM selfgraph.users") == EMAIL


@pytest.mark.parametrize("by", ["change", "reset"])
async def test_a_new_password_ends_a_sign_in_that_waits_for_its_second_factor(accounts: Accounts, by: str) -> None:
    session = await accounts.sign_up()
    await accounts.execute(
        "INSERT INTO selfgraph.second_factors (user_id, secret, confirmed_at) SELECT id, '', now() FROM selfgraph.users"
    )
    assert (await accounts.login())["__typename"] == "SecondFactorRequired"
    waiting = "SELECT count(*) FROM selfgraph.one_time_tokens WHERE purpose = 'second_factor'"
    assert await accounts.value(waiting) == 1

    if by == "change":
        await accounts.data(CHANGE, {"old": PASSWORD, "new": OTHER_PASSWORD}, token=session["accessToken"])
    else:
        await accounts.data(RESET, {"token": await reset_token(accounts), "password": OTHER_PASSWORD})

    assert await accounts.value(waiting) == 0
