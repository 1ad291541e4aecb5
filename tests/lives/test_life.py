"""The whole life of an account, as its owner meets it: one server process, real connections, real mail."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pyotp import TOTP

from tests.lives.people import FINISH, LOGIN, ME, OTHER_PASSWORD, PASSWORD, THIRD_PASSWORD
from tests.mail import text_of, token_in

if TYPE_CHECKING:
    from tests.lives.people import Device, Server
    from tests.mail import Mailbox

EMAIL = "ann@example.com"
VERIFY = "mutation ($token: String!) { verifyEmail(token: $token) { email emailVerifiedAt } }"
SESSIONS = "{ mySessions { id label userAgent current } }"
REVOKE = "mutation ($id: ID!) { revokeSession(id: $id) }"
START_TOTP = "mutation ($password: String!) { startTotp(password: $password) { secret uri } }"
CONFIRM_TOTP = "mutation ($code: String!) { confirmTotp(code: $code) }"
CHANGE = """mutation ($old: String!, $new: String!) {
  changePassword(oldPassword: $old, newPassword: $new) { __typename ... on PasswordChanged { endedSessions } }
}"""
FORGOT = "mutation ($email: String!) { requestPasswordReset(email: $email) }"
RESET = """mutation ($token: String!, $new: String!) {
  resetPassword(token: $token, newPassword: $new) { __typename ... on PasswordChanged { endedSessions } }
}"""
DELETE = "mutation ($password: String!) { deleteMe(password: $password) }"
REFUSED = ("UNAUTHENTICATED", "REVOKED")


async def test_the_life_of_an_account(server: Server, mailbox: Mailbox) -> None:
    async with AsyncExitStack() as stack:
        laptop, phone, tablet = [
            await stack.enter_async_context(server.device(name, f"192.0.2.{number}"))
            for number, name in enumerate(("laptop", "phone", "tablet"), 1)
        ]
        await _sign_up(laptop, mailbox)
        await _refresh(laptop)
        await _use_a_second_device(laptop, phone, mailbox)
        recovery_code = await _use_a_second_factor(laptop, phone)
        await _change_the_password(laptop, phone, mailbox)
        await _forget_the_password(laptop, tablet, mailbox)
        await _sign_in_by_a_recovery_code(laptop, recovery_code)
        await _leave(laptop, tablet)
        assert mailbox.waiting == []


async def _sign_up(laptop: Device, mailbox: Mailbox) -> None:
    await laptop.register("Ann@Example.com", name="Ann")
    token = token_in(await mailbox.message_to(EMAIL))
    assert (await laptop.data(ME))["emailVerifiedAt"] is None

    verified = await laptop.data(VERIFY, {"token": token})

    assert verified["email"] == EMAIL
    assert verified["emailVerifiedAt"] is not None
    assert await laptop.refusal(VERIFY, {"token": token}) == ("VALIDATION", None)
    await laptop.login(EMAIL)  # from a device that is known: no mail
    me = await laptop.data(ME)
    assert (me["id"], me["name"], me["role"], me["roles"]) == (laptop.user_id, "Ann", "user", [])


async def _refresh(laptop: Device) -> None:
    spent, session = laptop.refresh_token, laptop.session_id

    await laptop.refresh()

    assert laptop.session_id == session
    assert laptop.refresh_token != spent
    assert (await laptop.data(ME))["email"] == EMAIL


async def _use_a_second_device(laptop: Device, phone: Device, mailbox: Mailbox) -> None:
    await phone.login(EMAIL, label="My phone")
    assert "phone" in text_of(await mailbox.message_to(EMAIL))
    sessions = await laptop.data(SESSIONS)
    assert [each["label"] for each in sessions if each["userAgent"] == "phone"] == ["My phone"]
    assert [each["id"] for each in sessions if each["current"]] == [laptop.session_id]

    assert await laptop.data(REVOKE, {"id": phone.session_id}) is True

    assert await phone.refusal(ME) == REFUSED
    assert await phone.refresh_refusal() == REFUSED
    assert (await laptop.data(ME))["email"] == EMAIL


async def _use_a_second_factor(laptop: Device, phone: Device) -> str:
    secret = (await laptop.data(START_TOTP, {"password": PASSWORD}))["secret"]
    recovery_codes = await laptop.data(CONFIRM_TOTP, {"code": TOTP(secret).now()})
    assert len(recovery_codes) == 10

    challenge = await _challenge(phone, PASSWORD)
    # The code of this step is spent; the server takes that of the next one too.
    code = TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30))
    phone.keep(await phone.data(FINISH, {"challenge": challenge, "code": code}))

    assert (await phone.data(ME))["email"] == EMAIL
    again = await _challenge(phone, PASSWORD)
    assert await phone.refusal(FINISH, {"challenge": again, "code": code}) == ("UNAUTHENTICATED", "WRONG_CODE")
    return str(recovery_codes[0])


async def _change_the_password(laptop: Device, phone: Device, mailbox: Mailbox) -> None:
    wrong = {"old": "not the password", "new": OTHER_PASSWORD}
    assert await laptop.refusal(CHANGE, wrong) == ("FORBIDDEN", "WRONG_PASSWORD")

    changed = await laptop.data(CHANGE, {"old": PASSWORD, "new": OTHER_PASSWORD})

    # The phone's, and the session of the sign-up.
    assert changed == {"__typename": "PasswordChanged", "endedSessions": 2}
    assert await phone.refusal(ME) == REFUSED
    assert await phone.refresh_refusal() == ("UNAUTHENTICATED", "PASSWORD_CHANGED")
    assert (await laptop.data(ME))["email"] == EMAIL
    assert "password" in text_of(await mailbox.message_to(EMAIL))


async def _forget_the_password(laptop: Device, tablet: Device, mailbox: Mailbox) -> None:
    assert await tablet.data(FORGOT, {"email": "nobody@example.com"}) is True
    assert await tablet.data(FORGOT, {"email": EMAIL}) is True
    token = token_in(await mailbox.message_to(EMAIL))
    weak = await tablet.data(RESET, {"token": token, "new": "password"})
    assert weak["__typename"] == "WeakPassword"

    reset = await tablet.data(RESET, {"token": token, "new": THIRD_PASSWORD})

    assert reset == {"__typename": "PasswordChanged", "endedSessions": 1}
    assert await tablet.refusal(RESET, {"token": token, "new": OTHER_PASSWORD}) == ("VALIDATION", None)
    assert await laptop.refusal(ME) == REFUSED
    assert await laptop.refresh_refusal() == ("UNAUTHENTICATED", "PASSWORD_RESET")
    assert "password" in text_of(await mailbox.message_to(EMAIL))


async def _sign_in_by_a_recovery_code(laptop: Device, recovery_code: str) -> None:
    old = {"identifier": EMAIL, "password": OTHER_PASSWORD}
    assert await laptop.refusal(LOGIN, old) == ("UNAUTHENTICATED", "BAD_CREDENTIALS")
    challenge = await _challenge(laptop, THIRD_PASSWORD)
    laptop.keep(await laptop.data(FINISH, {"challenge": challenge, "code": recovery_code}))
    assert (await laptop.data(ME))["email"] == EMAIL


async def _leave(laptop: Device, tablet: Device) -> None:
    assert await laptop.refusal(DELETE, {"password": PASSWORD}) == ("FORBIDDEN", "WRONG_PASSWORD")
    assert await laptop.data(DELETE, {"password": THIRD_PASSWORD}) is True

    assert await laptop.refusal(ME) == REFUSED
    assert await laptop.refresh_refusal() == ("UNAUTHENTICATED", "INVALID")
    gone = {"identifier": EMAIL, "password": THIRD_PASSWORD}
    assert await tablet.refusal(LOGIN, gone) == ("UNAUTHENTICATED", "BAD_CREDENTIALS")


async def _challenge(device: Device, password: str) -> str:
    """What a login answers where a second factor is on."""
    result = await device.data(LOGIN, {"identifier": EMAIL, "password": password})
    assert result["__typename"] == "SecondFactorRequired"
    challenge = str(result["challenge"])
    assert re.fullmatch(r"[\w-]{20,}", challenge)
    return challenge
