"""Rules as they are written, and whose calls are counted together."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actor import ANYBODY, Actor
from domain.client import Client
from domain.limits import (
    MAX_AMOUNT,
    Rate,
    address_subject,
    caller_subject,
    identifier_subject,
    parse_rule,
)
from domain.roles import ADMIN, ANONYMOUS, SUPERADMIN, USER

USER_ID = UUID("00000000-0000-0000-0000-000000000001")
KEY_ID = UUID("00000000-0000-0000-0000-000000000002")
CLIENT = Client("192.0.2.1", "")

RULES = [
    ("off", ()),
    (" OFF ", ()),
    ("10/minute", (Rate(10, 60),)),
    ("10 / 5 minutes", (Rate(10, 300),)),
    ("1/day per account", (Rate(1, 86_400, "account"),)),
    ("10/Minute per address, 50/hour per account", (Rate(10, 60, "address"), Rate(50, 3600, "account"))),
    ("5/second per key,100/minute per key", (Rate(5, 1, "key"), Rate(100, 60, "key"))),
]


@pytest.mark.parametrize(("text", "rates"), RULES)
def test_a_rule_is_a_list_of_rates(text: str, rates: tuple[Rate, ...]) -> None:
    assert parse_rule(text) == rates


WRONG = [
    "",
    "10",
    "10/fortnight",
    "0/minute",
    "-1/minute",
    "10/0 minutes",
    "10/32 days",
    "1.5/minute",
    "9999999999/minute",
    "10/minute per user",
    "10/minute,",
    "10/minute off",
    "\u0661/minute\u0000",
]


@pytest.mark.parametrize("text", WRONG)
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="rates"):
        parse_rule(text)


@given(st.integers(1, MAX_AMOUNT), st.integers(1, 64))
def test_shares_are_never_nothing_and_add_up(amount: int, parts: int) -> None:
    share = Rate(amount, 60, "key").divided(parts)
    assert share.amount >= 1
    assert amount <= share.amount * parts < amount + parts
    assert (share.seconds, share.kind) == (60, "key")


CALLERS = [
    (Actor(USER, user_id=USER_ID, session_id=KEY_ID), f"account:{USER_ID}"),
    (Actor(SUPERADMIN, user_id=USER_ID, session_id=KEY_ID), f"account:{USER_ID}"),
    (Actor(USER, user_id=USER_ID, key_id=KEY_ID), f"account:{USER_ID}"),
    (Actor(ADMIN, key_id=KEY_ID), f"key:{KEY_ID}"),
    (Actor("report-reader", key_id=KEY_ID), f"key:{KEY_ID}"),
    (Actor(ANONYMOUS, key_id=KEY_ID), "address:192.0.2.1"),
    (ANYBODY, "address:192.0.2.1"),
    (Actor(SUPERADMIN, key_id=KEY_ID), None),
    (Actor(SUPERADMIN), None),
]


@pytest.mark.parametrize(("actor", "subject"), CALLERS)
def test_callers_are_counted_by_the_closest_thing_known_of_them(actor: Actor, subject: str | None) -> None:
    assert caller_subject(actor, CLIENT) == subject


def test_a_network_is_one_address() -> None:
    assert address_subject("2001:db8::1") == address_subject("2001:db8::2") == "address:2001:db8::/64"


def test_an_identifier_is_hashed_and_its_spellings_are_one() -> None:
    assert identifier_subject(" Ann@Example.org ") == identifier_subject("ann@example.org")
    assert "ann" not in identifier_subject("ann@example.org")
    assert identifier_subject("\ud800").startswith("account:")
