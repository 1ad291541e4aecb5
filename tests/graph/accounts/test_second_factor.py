"""The second factor over GraphQL: set up, used, guessed at, turned off."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pyotp import TOTP

from tests.graph.accounts.serving import EMAIL, LOGIN, OTHER_PASSWORD, PASSWORD, RESET, SIGNED_IN
from tests.graph.tables.serving import KEY

if TYPE_CHECKING:
    from tests.graph.accounts.conftest import ServeAccounts
    from tests.graph.accounts.serving import Accounts

START = "mutation ($password: String) { startTotp(password: $password) { secret uri } }"
CONFIRM = "mutation ($code: String!) { confirmTotp(code: $code) }"
DISABLE = "mutation ($password: String, $code: String) { disableTotp(password: $password, code: $code) }"
REGENERATE = "mutation ($code: String!) { regenerateRecoveryCodes(code: $code) }"
RESET_FACTOR = "mutation ($id: ID!) { resetSecondFactor(userId: $id) }"
STATUS = "{ mySecondFactor { confirmedAt recoveryCodesLeft } }"
CHALLENGE = LOGIN.replace(
    "{ __typename ... on SignedIn", "{ __typename ... on SecondFactorRequired { challenge expiresAt } ... on SignedIn"
)
FINISH = f"""
mutation ($challenge: String!, $code: String!) {{
  confirmSecondFactor(challenge: $challenge, code: $code) {{ {SIGNED_IN} }}
}}
"""
OPERATOR = {"apikey": KEY}


def code_of(secret: str, *, step: int = 0) -> str:
    """The present code, or the one of so many steps later; the server takes one step before and after too."""
    return TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30 * step))


def wrong_code(secret: str) -> str:
    """Six digits that are no code about now."""
    good = {code_of(secret, step=step) for step in range(-3, 4)}
    return next(text for text in (f"{number:06}" for number in range(10)) if text not in good)


async def turn_on(accounts: Accounts, token: str) -> tuple[str, list[str]]:
    """The secret and the recovery codes of a new second factor."""
    started = await accounts.data(START, {"password": PASSWORD}, token=token)
    codes: list[str] = await accounts.data(CONFIRM, {"code": code_of(started["secret"])}, token=token)
    return started["secret"], codes


async def signed_up(accounts: Accounts) -> tuple[str, str, list[str]]:
    """An access token of an account with a second factor, its secret and its recovery codes."""
    token = (await accounts.sign_up())["accessToken"]
    return token, *await turn_on(accounts, token)


async def challenge(accounts: Accounts) -> str:
    result = await accounts.data(CHALLENGE, {"identifier": EMAIL, "password": PASSWORD, "label": "phone"})
    assert result["__typename"] == "SecondFactorRequired"
    text: str = result["challenge"]
    return text


async def finish(accounts: Accounts, shown: str, code: str) -> dict[str, Any]:
    """The session that a code gives."""
    session: dict[str, Any] = await accounts.data(FINISH, {"challenge": shown, "code": code})
    return session


async def refusal(accounts: Accounts, shown: str, code: str) -> str:
    """Why a code gives none."""
    error = await accounts.refusal(FINISH, {"challenge": shown, "code": code})
    assert error["code"] == "UNAUTHENTICATED"
    reason: str = error["reason"]
    return reason


async def audited(accounts: Accounts) -> list[str]:
    rows = await accounts.value("SELECT array_agg(action ORDER BY id) FROM selfgraph.audit_events")
    return [action for action in rows or [] if action.startswith("second_factor.")]


async def test_a_login_is_finished_by_a_code(accounts: Accounts) -> None:
    _, secret, _ = await signed_up(accounts)

    shown = await challenge(accounts)
    session = await finish(accounts, shown, code_of(secret, step=1))

    assert session["user"]["email"] == EMAIL
    assert session["refreshToken"]
    sessions = await accounts.data("{ mySessions { label } }", token=session["accessToken"])
    assert "phone" in [each["label"] for each in sessions]
    assert await refusal(accounts, shown, code_of(secret, step=1)) == "CHALLENGE_EXPIRED"


async def test_it_is_off_until_a_code_is_shown(accounts: Accounts) -> None:
    token = (await accounts.sign_up())["accessToken"]

    started = await accounts.data(START, {"password": PASSWORD}, token=token)

    assert re.fullmatch(r"[A-Z2-7]{32}", started["secret"])
    assert started["uri"].startswith("otpauth://totp/")
    assert f"secret={started['secret']}" in started["uri"]
    assert await accounts.data(STATUS, token=token) is None
    assert (await accounts.login())["__typename"] == "SignedIn"
    error = await accounts.refusal(CONFIRM, {"code": wrong_code(started["secret"])}, token=token)
    assert (error["code"], error["reason"]) == ("FORBIDDEN", "WRONG_CODE")
    codes = await accounts.data(CONFIRM, {"code": code_of(started["secret"])}, token=token)
    assert len(set(codes)) == 10
    assert (await accounts.data(STATUS, token=token))["recoveryCodesLeft"] == 10
    assert await audited(accounts) == ["second_factor.turn_on"]


async def test_nothing_is_kept_in_the_clear(accounts: Accounts) -> None:
    _, secret, codes = await signed_up(accounts)

    kept = await accounts.value("SELECT secret FROM selfgraph.second_factors")
    hashes = await accounts.value("SELECT array_agg(code_hash) FROM selfgraph.recovery_codes")

    assert secret.encode() not in kept
    assert len(hashes) == 10
    assert all(len(each) == 32 for each in hashes)
    assert not any(code.replace("-", "").encode() in each for code in codes for each in hashes)


async def test_starting_needs_the_password(accounts: Accounts) -> None:
    token = (await accounts.sign_up())["accessToken"]

    for password in (None, OTHER_PASSWORD):
        error = await accounts.refusal(START, {"password": password}, token=token)
        assert (error["code"], error["reason"]) == ("FORBIDDEN", "WRONG_PASSWORD")

    assert await accounts.value("SELECT count(*) FROM selfgraph.second_factors") == 0


async def test_one_that_is_on_is_not_replaced(accounts: Accounts) -> None:
    token, secret, _ = await signed_up(accounts)

    assert (await accounts.refusal(START, {"password": PASSWORD}, token=token))["code"] == "CONFLICT"
    assert (await accounts.refusal(CONFIRM, {"code": code_of(secret, step=1)}, token=token))["code"] == "CONFLICT"

    assert await finish(accounts, await challenge(accounts), code_of(secret, step=1))


async def test_a_code_is_taken_once(accounts: Accounts) -> None:
    _, secret, _ = await signed_up(accounts)
    code = code_of(secret, step=1)

    await finish(accounts, await challenge(accounts), code)

    assert await refusal(accounts, await challenge(accounts), code) == "WRONG_CODE"
    assert await refusal(accounts, await challenge(accounts), code_of(secret)) == "WRONG_CODE"


async def test_of_two_sign_ins_with_one_code_one_gets_in(accounts: Accounts) -> None:
    _, secret, _ = await signed_up(accounts)
    challenges = [await challenge(accounts) for _ in range(4)]
    code = code_of(secret, step=1)

    answers = await asyncio.gather(
        *(accounts.respond(FINISH, {"challenge": each, "code": code}) for each in challenges)
    )

    refused = [answer["errors"][0]["extensions"]["reason"] for answer in answers if "errors" in answer]
    assert refused == ["WRONG_CODE"] * 3


async def test_of_two_sign_ins_with_one_challenge_one_gets_in(accounts: Accounts) -> None:
    _, _, codes = await signed_up(accounts)
    shown = await challenge(accounts)

    answers = await asyncio.gather(
        *(accounts.respond(FINISH, {"challenge": shown, "code": code}) for code in codes[:4])
    )

    refused = [answer["errors"][0]["extensions"]["reason"] for answer in answers if "errors" in answer]
    assert refused == ["CHALLENGE_EXPIRED"] * 3
    # The codes of those that were refused are still good.
    assert await accounts.value("SELECT count(*) FROM selfgraph.recovery_codes") == 9


async def test_five_wrong_codes_make_a_challenge_useless(serve_accounts: ServeAccounts) -> None:
    accounts = await serve_accounts(rate_limit_second_factor="off")
    _, secret, _ = await signed_up(accounts)
    shown = await challenge(accounts)

    reasons = [await refusal(accounts, shown, wrong_code(secret)) for _ in range(5)]

    assert reasons == ["WRONG_CODE"] * 5
    assert await refusal(accounts, shown, code_of(secret, step=1)) == "CHALLENGE_EXPIRED"
    assert await finish(accounts, await challenge(accounts), code_of(secret, step=1))


async def test_guesses_at_once_are_counted_each(serve_accounts: ServeAccounts) -> None:
    accounts = await serve_accounts(rate_limit_second_factor="off")
    _, secret, _ = await signed_up(accounts)
    shown, guess = await challenge(accounts), wrong_code(secret)

    reasons = await asyncio.gather(*(refusal(accounts, shown, guess) for _ in range(12)))

    assert sorted(reasons) == ["CHALLENGE_EXPIRED"] * 7 + ["WRONG_CODE"] * 5


async def test_an_account_is_guessed_at_so_often_over_all_challenges(accounts: Accounts) -> None:
    _, secret, _ = await signed_up(accounts)
    guess = wrong_code(secret)
    challenges = [await challenge(accounts) for _ in range(3)]

    codes = [
        (await accounts.refusal(FINISH, {"challenge": shown, "code": guess}))["code"]
        for shown in challenges
        for _ in range(4)
    ]

    assert "RATE_LIMITED" in codes
    assert codes.index("RATE_LIMITED") <= 10


async def test_a_challenge_expires(accounts: Accounts) -> None:
    _, secret, _ = await signed_up(accounts)
    shown = await challenge(accounts)

    await accounts.execute("UPDATE selfgraph.one_time_tokens SET expires_at = $1", datetime.now(UTC) - timedelta(1))

    assert await refusal(accounts, shown, code_of(secret, step=1)) == "CHALLENGE_EXPIRED"
    assert await refusal(accounts, "made up", code_of(secret, step=1)) == "CHALLENGE_EXPIRED"


async def test_a_user_who_has_been_deactivated_is_refused(accounts: Accounts) -> None:
    _, secret, _ = await signed_up(accounts)
    shown = await challenge(accounts)

    await accounts.execute("UPDATE selfgraph.users SET active = false")

    assert await refusal(accounts, shown, code_of(secret, step=1)) == "CHALLENGE_EXPIRED"


async def test_a_new_password_makes_challenges_of_the_old_one_useless(accounts: Accounts) -> None:
    _, secret, _ = await signed_up(accounts)
    shown = await challenge(accounts)

    await accounts.data("mutation ($email: String!) { requestPasswordReset(email: $email) }", {"email": EMAIL})
    await accounts.data(RESET, {"token": await accounts.last_token(), "password": OTHER_PASSWORD})

    assert await refusal(accounts, shown, code_of(secret, step=1)) == "CHALLENGE_EXPIRED"


async def test_a_recovery_code_stands_in_once(accounts: Accounts) -> None:
    token, _, codes = await signed_up(accounts)

    await finish(accounts, await challenge(accounts), codes[3].upper().replace("-", " "))

    assert await refusal(accounts, await challenge(accounts), codes[3]) == "WRONG_CODE"
    assert (await accounts.data(STATUS, token=token))["recoveryCodesLeft"] == 9
    assert await audited(accounts) == ["second_factor.turn_on", "second_factor.use_recovery_code"]


async def test_new_recovery_codes_replace_the_old_ones(accounts: Accounts) -> None:
    token, secret, old = await signed_up(accounts)

    error = await accounts.refusal(REGENERATE, {"code": wrong_code(secret)}, token=token)
    new = await accounts.data(REGENERATE, {"code": code_of(secret, step=1)}, token=token)

    assert error["reason"] == "WRONG_CODE"
    assert len(new) == 10
    assert not set(new) & set(old)
    assert await refusal(accounts, await challenge(accounts), old[0]) == "WRONG_CODE"
    assert await finish(accounts, await challenge(accounts), new[0])


@pytest.mark.parametrize("proof", ["password", "code", "recovery code"])
async def test_it_is_turned_off_by_the_password_or_a_code(accounts: Accounts, proof: str) -> None:
    token, secret, codes = await signed_up(accounts)
    given = {
        "password": {"password": PASSWORD},
        "code": {"code": code_of(secret, step=1)},
        "recovery code": {"code": codes[0]},
    }[proof]

    assert await accounts.data(DISABLE, given, token=token) is True

    assert (await accounts.login())["__typename"] == "SignedIn"
    assert await accounts.data(STATUS, token=token) is None
    assert await accounts.value("SELECT count(*) FROM selfgraph.recovery_codes") == 0
    assert (await accounts.refusal(DISABLE, {"password": PASSWORD}, token=token))["code"] == "CONFLICT"


async def test_it_stays_on_without_proof(accounts: Accounts) -> None:
    token, secret, _ = await signed_up(accounts)
    tries: list[tuple[dict[str, str], str]] = [
        ({}, "WRONG_PASSWORD"),
        ({"password": OTHER_PASSWORD}, "WRONG_PASSWORD"),
        ({"code": wrong_code(secret)}, "WRONG_CODE"),
    ]

    for given, reason in tries:
        error = await accounts.refusal(DISABLE, given, token=token)
        assert (error["code"], error["reason"]) == ("FORBIDDEN", reason)
    both = {"password": PASSWORD, "code": code_of(secret, step=1)}
    assert (await accounts.refusal(DISABLE, both, token=token))["code"] == "VALIDATION"

    assert await accounts.data(STATUS, token=token) is not None


async def test_an_api_key_and_an_impersonator_may_not_touch_it(accounts: Accounts) -> None:
    _, secret, codes = await signed_up(accounts)
    admin = await accounts.sign_up("admin@example.com")
    await accounts.execute("UPDATE selfgraph.users SET role = 'admin' WHERE email = 'admin@example.com'")
    # A session that was not used yet is made one in which the admin acts as the user.
    token = (await finish(accounts, await challenge(accounts), codes[0]))["accessToken"]
    await accounts.execute(
        "UPDATE selfgraph.sessions SET impersonator_id = $1 WHERE user_id <> $1", admin["user"]["id"]
    )
    code = code_of(secret, step=1)
    calls: list[tuple[str, dict[str, str]]] = [
        (START, {"password": PASSWORD}),
        (CONFIRM, {"code": code}),
        (DISABLE, {"password": PASSWORD}),
        (REGENERATE, {"code": code}),
    ]

    for query, variables in calls:
        assert (await accounts.refusal(query, variables, headers=OPERATOR))["code"] == "FORBIDDEN"
        assert (await accounts.refusal(query, variables, token=token))["code"] == "FORBIDDEN"


async def test_an_admin_resets_that_of_a_user_but_not_of_another_admin(accounts: Accounts) -> None:
    _, _, _ = await signed_up(accounts)
    user_id = await accounts.value("SELECT id::text FROM selfgraph.users")
    stranger = await accounts.sign_up("stranger@example.com")
    await accounts.sign_up("admin@example.com")
    await accounts.execute("UPDATE selfgraph.users SET role = 'admin' WHERE email = 'admin@example.com'")
    admin = (await accounts.login("admin@example.com"))["accessToken"]

    denied = await accounts.refusal(RESET_FACTOR, {"id": user_id}, token=stranger["accessToken"])
    assert denied["code"] == "FORBIDDEN"
    assert await accounts.value("SELECT count(*) FROM selfgraph.second_factors") == 1
    assert await accounts.data(RESET_FACTOR, {"id": user_id}, token=admin) is True

    assert (await accounts.login())["__typename"] == "SignedIn"
    assert (await accounts.refusal(RESET_FACTOR, {"id": user_id}, token=admin))["code"] == "CONFLICT"
    assert await audited(accounts) == ["second_factor.turn_on", "second_factor.reset"]
    await accounts.execute("UPDATE selfgraph.users SET role = 'admin' WHERE email = $1", EMAIL)
    assert (await accounts.refusal(RESET_FACTOR, {"id": user_id}, token=admin))["code"] == "FORBIDDEN"


async def test_an_admin_does_not_reset_their_own(accounts: Accounts) -> None:
    token, _, _ = await signed_up(accounts)
    user_id = await accounts.value("SELECT id::text FROM selfgraph.users")
    await accounts.execute("UPDATE selfgraph.users SET role = 'superadmin'")

    assert (await accounts.refusal(RESET_FACTOR, {"id": user_id}, token=token))["code"] == "FORBIDDEN"
    assert await accounts.data(RESET_FACTOR, {"id": user_id}, headers=OPERATOR) is True


async def test_a_generator_that_cannot_be_decrypted_leaves_the_recovery_codes(accounts: Accounts) -> None:
    _, secret, codes = await signed_up(accounts)
    await accounts.execute("UPDATE selfgraph.second_factors SET secret = $1", b"\x01" + bytes(80))

    shown = await challenge(accounts)

    assert await refusal(accounts, shown, code_of(secret, step=1)) == "WRONG_CODE"
    assert await finish(accounts, shown, codes[0])
