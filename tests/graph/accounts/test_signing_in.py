"""Signing in by a password and renewing a session."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import bcrypt
import pytest

from domain.identifiers import digest
from persistence.credentials.passwords import ThreadedPasswordHasher
from tests.graph.accounts.serving import EMAIL, LOGIN, ME, PASSWORD, REFRESH

if TYPE_CHECKING:
    from domain.accounts.passwords import PasswordCheck
    from tests.graph.accounts.conftest import ServeAccounts
    from tests.graph.accounts.serving import Accounts

BAD = {
    "message": "The name or the password is wrong.",
    "code": "UNAUTHENTICATED",
    "reason": "BAD_CREDENTIALS",
}


async def age(accounts: Accounts, refresh_token: str) -> None:
    """Let the grace of a spent token pass."""
    await accounts.execute(
        "UPDATE selfgraph.refresh_tokens SET used_at = used_at - interval '11 s' WHERE token_hash = $1",
        digest(refresh_token),
    )


@pytest.mark.parametrize("identifier", [EMAIL, " ANN@Example.com ", "ann", "Ann"])
async def test_a_user_signs_in_by_address_or_username(accounts: Accounts, identifier: str) -> None:
    session = await accounts.sign_up(username="ann")

    result = await accounts.login(identifier)

    assert result["__typename"] == "SignedIn"
    assert result["user"] == session["user"]
    assert result["sessionId"] != session["sessionId"]
    assert (await accounts.data(ME, token=result["accessToken"]))["email"] == EMAIL


async def test_whatever_is_wrong_gets_one_answer(accounts: Accounts) -> None:
    await accounts.sign_up()
    await accounts.sign_up("closed@example.com")
    await accounts.sign_up("none@example.com")
    await accounts.execute("UPDATE selfgraph.users SET active = false WHERE email = 'closed@example.com'")
    await accounts.execute("UPDATE selfgraph.users SET password_hash = NULL WHERE email = 'none@example.com'")

    assert await accounts.login_refusal(EMAIL, "wrong password") == BAD
    assert await accounts.login_refusal("nobody@example.com", PASSWORD) == BAD
    assert await accounts.login_refusal("nobody", PASSWORD) == BAD
    assert await accounts.login_refusal("closed@example.com", PASSWORD) == BAD
    assert await accounts.login_refusal("none@example.com", PASSWORD) == BAD
    assert await accounts.login_refusal("", "") == BAD
    assert await accounts.login_refusal(EMAIL, "") == BAD


async def test_whatever_is_wrong_takes_the_same_statements_and_one_hash(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    await accounts.sign_up()
    await accounts.sign_up("closed@example.com")
    await accounts.sign_up("none@example.com")
    await accounts.execute("UPDATE selfgraph.users SET active = false WHERE email = 'closed@example.com'")
    await accounts.execute("UPDATE selfgraph.users SET password_hash = NULL WHERE email = 'none@example.com'")
    verify = ThreadedPasswordHasher.verify
    hashes: list[str | None] = []

    async def count(hasher: ThreadedPasswordHasher, password: str, hashed: str | None) -> PasswordCheck:
        hashes.append(hashed)
        return await verify(hasher, password, hashed)

    monkeypatch.setattr(ThreadedPasswordHasher, "verify", count)
    told = []
    for identifier in (EMAIL, "nobody@example.com", "closed@example.com", "none@example.com"):
        await accounts.login_refusal(identifier, "wrong password")
        told.append(list(accounts.statements))

    assert told[0] == told[1] == told[2] == told[3]
    assert [hashed is None for hashed in hashes] == [False, True, True, True]


@pytest.mark.parametrize(
    "variables",
    [
        {"identifier": "x" * 255},
        {"identifier": "nul\0"},
        {"password": "x" * 10_000},
        {"password": "nul\0"},
        {"label": "x" * 101},
        {"label": "nul\0"},
    ],
)
async def test_what_nobody_types_is_refused(accounts: Accounts, variables: dict[str, str]) -> None:
    error = await accounts.refusal(LOGIN, {"identifier": EMAIL, "password": PASSWORD, **variables})

    assert error["code"] == "VALIDATION"


async def test_attempts_on_one_account_are_slowed_down_and_a_login_forgives_them(accounts: Accounts) -> None:
    await accounts.sign_up()
    for _ in range(3):
        await accounts.login_refusal(password="wrong password")
    await accounts.login()
    for _ in range(4):
        await accounts.login_refusal(password="wrong password")

    assert (await accounts.login_refusal(password="wrong password"))["code"] in {"UNAUTHENTICATED", "RATE_LIMITED"}
    locked = await accounts.login_refusal()
    assert locked["code"] == "RATE_LIMITED"
    assert locked["retryAfter"] > 0


async def test_batched_logins_count_each(accounts: Accounts) -> None:
    await accounts.sign_up()
    guess = f'mutation {{ login(identifier: "{EMAIL}", password: "wrong password") {{ __typename }} }}'

    batch = json.dumps([{"query": guess} for _ in range(9)])
    response = await accounts.http.post("/graphql", content=batch, headers={"Content-Type": "application/json"})

    codes = [answer["errors"][0]["extensions"]["code"] for answer in response.json()]
    assert (codes.count("UNAUTHENTICATED"), codes.count("RATE_LIMITED")) == (5, 4)


async def test_of_aliased_guesses_the_first_wrong_one_is_the_last(accounts: Accounts) -> None:
    await accounts.sign_up()
    guesses = " ".join(
        f'l{n}: login(identifier: "{EMAIL}", password: "{password}") {{ __typename }}'
        for n, password in enumerate(["wrong password", PASSWORD])
    )

    answer = await accounts.respond(f"mutation {{ {guesses} }}")

    assert [error["path"] for error in answer["errors"]] == [["l0"]]
    assert await accounts.value("SELECT count(*) FROM selfgraph.sessions") == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE selfgraph.users SET password_hash = 'another'",
        "UPDATE selfgraph.users SET active = false",
        "DELETE FROM selfgraph.users",
    ],
)
async def test_what_changes_while_the_password_is_checked_counts(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    await accounts.sign_up()
    verify = ThreadedPasswordHasher.verify

    async def meanwhile(hasher: ThreadedPasswordHasher, password: str, hashed: str | None) -> PasswordCheck:
        check = await verify(hasher, password, hashed)
        await accounts.execute(change)
        return check

    monkeypatch.setattr(ThreadedPasswordHasher, "verify", meanwhile)

    assert await accounts.login_refusal() == BAD
    assert await accounts.value("SELECT count(*) FROM selfgraph.sessions") <= 1


async def test_a_sign_in_from_a_new_device_is_told_by_mail(accounts: Accounts) -> None:
    await accounts.sign_up(name="Ann")
    await accounts.login()
    assert len(await accounts.mails()) == 1

    await accounts.execute("UPDATE selfgraph.sessions SET user_agent = 'another', ip = '192.0.2.1'")
    await accounts.data(LOGIN, {"identifier": EMAIL, "password": PASSWORD}, headers={"User-Agent": "Teapot/1.0"})

    mail = (await accounts.mails())[-1]
    assert (mail.to, mail.kind, mail.values["device"], mail.values["address"]) == (
        EMAIL,
        "new_sign_in",
        "Teapot/1.0",
        "127.0.0.1",
    )


async def test_the_hash_of_an_imported_user_is_replaced_at_login(accounts: Accounts) -> None:
    await accounts.sign_up()
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    await accounts.execute("UPDATE selfgraph.users SET password_hash = $1", hashed)

    await accounts.login_refusal(password="wrong password")
    assert await accounts.value("SELECT password_hash FROM selfgraph.users") == hashed
    await accounts.login()

    replaced = await accounts.value("SELECT password_hash FROM selfgraph.users")
    assert replaced.startswith("$argon2id$")
    assert (await accounts.login())["__typename"] == "SignedIn"


async def test_a_second_factor_is_asked_for(accounts: Accounts) -> None:
    session = await accounts.sign_up()
    await accounts.execute(
        "INSERT INTO selfgraph.second_factors (user_id, secret, confirmed_at) VALUES ($1, '', now())",
        session["user"]["id"],
    )

    result = await accounts.data(
        LOGIN.replace("__typename", "__typename ... on SecondFactorRequired { challenge expiresAt }"),
        {"identifier": EMAIL, "password": PASSWORD},
    )

    assert result["__typename"] == "SecondFactorRequired"
    assert len(result["challenge"]) >= 43
    assert await accounts.value("SELECT count(*) FROM selfgraph.sessions") == 1


async def test_a_refresh_token_is_exchanged(accounts: Accounts) -> None:
    session = await accounts.sign_up()

    renewed = await accounts.refresh(session["refreshToken"])

    assert renewed["sessionId"] == session["sessionId"]
    assert renewed["user"] == session["user"]
    assert renewed["refreshToken"] != session["refreshToken"]
    assert (await accounts.data(ME, token=renewed["accessToken"]))["email"] == EMAIL
    assert (await accounts.refresh(renewed["refreshToken"]))["sessionId"] == session["sessionId"]


async def test_two_tabs_at_once_get_the_same_successor(accounts: Accounts) -> None:
    session = await accounts.sign_up()

    renewed = await asyncio.gather(*(accounts.refresh(session["refreshToken"]) for _ in range(4)))

    assert len({each["refreshToken"] for each in renewed}) == 1
    assert (await accounts.refresh(renewed[0]["refreshToken"]))["sessionId"] == session["sessionId"]


async def test_a_token_used_twice_ends_its_session_and_no_other(accounts: Accounts) -> None:
    other = await accounts.sign_up()
    session = await accounts.login()
    renewed = await accounts.refresh(session["refreshToken"])
    await age(accounts, session["refreshToken"])

    assert await accounts.refresh_refusal(session["refreshToken"]) == "TOKEN_REUSED"

    assert await accounts.refresh_refusal(session["refreshToken"]) == "TOKEN_REUSED"
    assert await accounts.refresh_refusal(renewed["refreshToken"]) == "TOKEN_REUSED"
    for token in (session["accessToken"], renewed["accessToken"]):
        assert (await accounts.refusal(ME, token=token))["code"] == "UNAUTHENTICATED"
    assert (await accounts.data(ME, token=other["accessToken"]))["email"] == EMAIL
    query = "SELECT count(*) FROM selfgraph.audit_events WHERE action = 'session.token_reused' AND target = $1"
    assert await accounts.value(query, f"session:{session['sessionId']}") == 1


async def test_of_two_tasks_with_a_token_that_was_spent_long_ago_none_gets_anything(accounts: Accounts) -> None:
    session = await accounts.sign_up()
    await accounts.refresh(session["refreshToken"])
    await age(accounts, session["refreshToken"])

    refusals = await asyncio.gather(*(accounts.refresh_refusal(session["refreshToken"]) for _ in range(4)))

    assert set(refusals) == {"TOKEN_REUSED"}


async def test_a_deactivated_user_gets_no_new_token(accounts: Accounts) -> None:
    session = await accounts.sign_up()
    await accounts.execute("UPDATE selfgraph.users SET active = false")

    assert await accounts.refresh_refusal(session["refreshToken"]) == "DEACTIVATED"
    assert await accounts.login_refusal() == BAD


async def test_a_deleted_users_tokens_are_worth_nothing(accounts: Accounts) -> None:
    session = await accounts.sign_up()
    await accounts.execute("DELETE FROM selfgraph.users")

    assert await accounts.refresh_refusal(session["refreshToken"]) == "INVALID"


async def test_an_expired_session_says_so(accounts: Accounts) -> None:
    session = await accounts.sign_up()
    await accounts.execute("UPDATE selfgraph.sessions SET expires_at = now()")

    assert await accounts.refresh_refusal(session["refreshToken"]) == "EXPIRED"


@pytest.mark.parametrize("token", ["", "x" * 43, "x" * 100_000, "nul\0", "é"])
async def test_what_is_no_refresh_token_is_refused(accounts: Accounts, token: str) -> None:
    assert await accounts.refresh_refusal(token) == "INVALID"


async def test_an_access_token_is_no_refresh_token(accounts: Accounts) -> None:
    session = await accounts.sign_up()

    assert await accounts.refresh_refusal(session["accessToken"]) == "INVALID"


async def test_a_refresh_that_is_too_often_leaves_the_token_good(serve_accounts: ServeAccounts) -> None:
    accounts = await serve_accounts(rate_limit_refresh="2/minute per account")
    token = (await accounts.sign_up())["refreshToken"]
    for _ in range(2):
        token = (await accounts.refresh(token))["refreshToken"]

    assert (await accounts.refusal(REFRESH, {"token": token}))["code"] == "RATE_LIMITED"
    query = "SELECT used_at FROM selfgraph.refresh_tokens WHERE token_hash = $1"
    assert await accounts.value(query, digest(token)) is None
