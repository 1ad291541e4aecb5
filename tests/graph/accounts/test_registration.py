"""Signing up and verifying an address."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.graph.accounts.serving import EMAIL, ME, PASSWORD, REGISTER

if TYPE_CHECKING:
    from tests.graph.accounts.conftest import ServeAccounts
    from tests.graph.accounts.serving import Accounts

VERIFY = "mutation ($token: String!) { verifyEmail(token: $token) { email emailVerifiedAt } }"
RESEND = "mutation ($email: String!) { resendVerification(email: $email) }"


async def test_a_new_account_is_signed_in_as_a_user_and_asked_to_verify_its_address(accounts: Accounts) -> None:
    result = await accounts.register("Ann@Example.com", name="  Ann\nBee ", username="Ann-B")

    assert result["__typename"] == "SignedUp"
    assert result["verificationRequired"] is False
    me = await accounts.data(ME, token=result["session"]["accessToken"])
    assert me == {
        "id": result["session"]["user"]["id"],
        "email": EMAIL,
        "username": "ann-b",
        "name": "Ann Bee",
        "bio": None,
        "phone": None,
        "role": "user",
        "roles": [],
        "active": True,
        "emailVerifiedAt": None,
        "claims": None,
        "lastSeenAt": me["lastSeenAt"],
    }
    assert me["lastSeenAt"] is not None
    mails = await accounts.mails()
    assert [(mail.to, mail.kind) for mail in mails] == [(EMAIL, "verification")]


@pytest.mark.parametrize(
    "smuggled",
    [
        {"role": "superadmin"},
        {"roles": ["admin"]},
        {"isSuperuser": True},
        {"active": True},
        {"emailVerifiedAt": "2026-01-01T00:00:00Z"},
        {"claims": {"x-role": "admin"}},
        {"id": "00000000-0000-7000-8000-000000000000"},
    ],
)
async def test_nothing_else_can_be_chosen(accounts: Accounts, smuggled: dict[str, object]) -> None:
    variables = {"input": {"email": EMAIL, "password": PASSWORD, **smuggled}}

    error = await accounts.refusal(REGISTER, variables)

    assert error["code"] == "VALIDATION"
    assert await accounts.value("SELECT count(*) FROM selfgraph.users") == 0


async def test_a_closed_installation_registers_nobody(serve_accounts: ServeAccounts) -> None:
    accounts = await serve_accounts(sign_up="closed")

    error = await accounts.refusal(REGISTER, {"input": {"email": EMAIL, "password": PASSWORD}})

    assert error["code"] == "FORBIDDEN"
    assert await accounts.value("SELECT count(*) FROM selfgraph.users") == 0
    assert await accounts.mails() == []


async def test_an_address_that_has_an_account_is_told_in_any_spelling(accounts: Accounts) -> None:
    await accounts.register()

    assert (await accounts.register(" ANN@EXAMPLE.com "))["__typename"] == "EmailTaken"
    assert await accounts.value("SELECT count(*) FROM selfgraph.users") == 1
    assert len(await accounts.mails()) == 1


async def test_a_username_that_is_taken_is_told_and_nothing_is_kept(accounts: Accounts) -> None:
    await accounts.register(username="ann")

    assert (await accounts.register("bob@example.com", username="ANN"))["__typename"] == "UsernameTaken"
    assert await accounts.value("SELECT count(*) FROM selfgraph.users") == 1
    assert len(await accounts.mails()) == 1


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "TOO_SHORT"),
        ("x" * 129, "TOO_LONG"),
        ("password123", "COMMON"),
        ("Ann@Example.com", "SAME_AS_IDENTIFIER"),
        ("Ann-The-First", "SAME_AS_IDENTIFIER"),
    ],
)
async def test_a_weak_password_is_refused_with_its_reasons(accounts: Accounts, password: str, reason: str) -> None:
    result = await accounts.register(password=password, username="ann-the-first")

    assert result == {"__typename": "WeakPassword", "reasons": [reason]}
    assert await accounts.value("SELECT count(*) FROM selfgraph.users") == 0


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"email": "ann"}, "email"),
        ({"email": "ann@example.com\0"}, "email"),
        ({"email": f"{'a' * 250}@example.com"}, "email"),
        ({"username": "a b"}, "username"),
        ({"username": "x" * 33}, "username"),
        ({"username": "ann@example.com"}, "username"),
        ({"name": "x" * 201}, "name"),
        ({"name": "nul\0"}, "name"),
        ({"password": "nul\0 in the middle"}, None),
    ],
)
async def test_what_is_not_written_as_it_has_to_be_is_refused(
    accounts: Accounts, given: dict[str, str], path: str | None
) -> None:
    error = await accounts.refusal(REGISTER, {"input": {"email": EMAIL, "password": PASSWORD, **given}})

    assert error["code"] == "VALIDATION"
    assert error.get("path") == ([path] if path else None)
    assert await accounts.value("SELECT count(*) FROM selfgraph.users") == 0


async def test_registrations_of_one_address_are_limited(serve_accounts: ServeAccounts) -> None:
    accounts = await serve_accounts(rate_limit_register="2/hour per address")
    await accounts.register()
    await accounts.register()

    error = await accounts.refusal(REGISTER, {"input": {"email": "bob@example.com", "password": PASSWORD}})

    assert error["code"] == "RATE_LIMITED"
    assert error["retryAfter"] > 0
    assert await accounts.value("SELECT count(*) FROM selfgraph.users") == 1


async def test_aliased_registrations_count_each(serve_accounts: ServeAccounts) -> None:
    accounts = await serve_accounts(rate_limit_register="2/hour per address")
    fields = " ".join(
        f'r{n}: register(input: {{email: "{n}@example.com", password: "{PASSWORD}"}}) {{ __typename }}'
        for n in range(4)
    )

    answer = await accounts.respond(f"mutation {{ {fields} }}")

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["RATE_LIMITED"]
    assert await accounts.value("SELECT count(*) FROM selfgraph.users") == 2


async def test_the_registration_is_in_the_trail(accounts: Accounts) -> None:
    session = await accounts.sign_up()

    row = await accounts.value("SELECT concat_ws('|', action, target, address) FROM selfgraph.audit_events")
    assert row == f"user.register|user:{session['user']['id']}|127.0.0.1"


async def test_with_verification_nobody_learns_which_addresses_have_accounts(serve_accounts: ServeAccounts) -> None:
    accounts = await serve_accounts(email_verification="required")

    first = await accounts.respond(REGISTER, {"input": {"email": EMAIL, "password": PASSWORD}})
    first_statements = list(accounts.statements)
    second = await accounts.respond(REGISTER, {"input": {"email": EMAIL, "password": "another good password"}})

    assert first == second
    assert first["data"]["register"] == {"__typename": "SignedUp", "verificationRequired": True, "session": None}
    assert accounts.statements == first_statements
    assert [(mail.to, mail.kind) for mail in await accounts.mails()] == [
        (EMAIL, "verification"),
        (EMAIL, "already_registered"),
    ]
    assert await accounts.value("SELECT count(*) FROM selfgraph.users") == 1
    assert await accounts.value("SELECT count(*) FROM selfgraph.one_time_tokens") == 1
    assert await accounts.value("SELECT count(*) FROM selfgraph.audit_events") == 1


async def test_with_verification_a_weak_password_and_a_taken_username_tell_nothing_of_the_address(
    serve_accounts: ServeAccounts,
) -> None:
    accounts = await serve_accounts(email_verification="required")
    await accounts.register(username="ann")

    for email in (EMAIL, "nobody@example.com"):
        assert (await accounts.register(email, "short"))["__typename"] == "WeakPassword"
        assert (await accounts.register(email, username="ann"))["__typename"] == "UsernameTaken"


async def test_with_verification_nobody_signs_in_before(serve_accounts: ServeAccounts) -> None:
    accounts = await serve_accounts(email_verification="required")
    await accounts.register()

    assert (await accounts.login())["__typename"] == "EmailNotVerified"
    assert (await accounts.login_refusal(password="something else"))["reason"] == "BAD_CREDENTIALS"
    await accounts.data(VERIFY, {"token": await accounts.last_token()})
    assert (await accounts.login())["__typename"] == "SignedIn"


async def test_two_at_once_with_one_address_make_one_account(serve_accounts: ServeAccounts) -> None:
    accounts = await serve_accounts(email_verification="required")

    results = await asyncio.gather(*(accounts.register() for _ in range(4)))

    assert {result["__typename"] for result in results} == {"SignedUp"}
    kinds = [mail.kind for mail in await accounts.mails()]
    assert sorted(kinds) == ["already_registered"] * 3 + ["verification"]


async def test_a_token_verifies_its_address_once(accounts: Accounts) -> None:
    await accounts.register()
    token = await accounts.last_token()

    verified = await accounts.data(VERIFY, {"token": token})
    error = await accounts.refusal(VERIFY, {"token": token})

    assert verified["email"] == EMAIL
    assert verified["emailVerifiedAt"] is not None
    assert (error["code"], error["path"]) == ("VALIDATION", ["token"])


async def test_an_expired_token_verifies_nothing(accounts: Accounts) -> None:
    await accounts.register()
    await accounts.execute("UPDATE selfgraph.one_time_tokens SET expires_at = now()")

    assert (await accounts.refusal(VERIFY, {"token": await accounts.last_token()}))["code"] == "VALIDATION"
    assert await accounts.value("SELECT email_verified_at FROM selfgraph.users") is None


@pytest.mark.parametrize("token", ["", "x" * 43, "x" * 100_000, "\0", "é"])
async def test_what_is_no_token_verifies_nothing(accounts: Accounts, token: str) -> None:
    assert (await accounts.refusal(VERIFY, {"token": token}))["code"] == "VALIDATION"


async def test_the_verification_is_sent_again_until_it_is_done(accounts: Accounts) -> None:
    await accounts.register(name="Ann")

    assert await accounts.data(RESEND, {"email": "ANN@example.com"}) is True
    first, second = await accounts.mails()
    assert (second.to, second.kind, second.values["name"]) == (EMAIL, "verification", "Ann")
    assert first.values["token"] != second.values["token"]
    await accounts.data(VERIFY, {"token": second.values["token"]})

    assert await accounts.data(RESEND, {"email": EMAIL}) is True
    assert len(await accounts.mails()) == 2
    assert (await accounts.refusal(VERIFY, {"token": first.values["token"]}))["code"] == "VALIDATION"


async def test_asking_for_a_verification_tells_nothing_of_the_address(accounts: Accounts) -> None:
    await accounts.register()
    known = await accounts.respond(RESEND, {"email": EMAIL})
    statements = list(accounts.statements)

    assert await accounts.respond(RESEND, {"email": "nobody@example.com"}) == known
    assert accounts.statements == statements
    assert [mail.to for mail in await accounts.mails()] == [EMAIL, EMAIL]
    assert await accounts.value("SELECT count(*) FROM selfgraph.one_time_tokens WHERE user_id IS NULL") == 0


async def test_verification_mails_to_one_address_are_limited(accounts: Accounts) -> None:
    await accounts.register()
    for _ in range(5):
        await accounts.data(RESEND, {"email": EMAIL})

    assert (await accounts.refusal(RESEND, {"email": EMAIL}))["code"] == "RATE_LIMITED"
    assert len(await accounts.mails()) == 6
