"""What a key may be, and who may get hold of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from domain.access.keys import KeySecret, future, key_name, known_scopes, refuse_beyond
from domain.actor import Actor
from domain.errors import ForbiddenError, InvalidInputError

KNOWN = frozenset(("users:read", "users:write", "tables:read"))


def test_a_secret_is_long_random_and_never_shown_by_accident() -> None:
    secret = KeySecret.new()

    assert re.fullmatch(r"sg_[A-Za-z0-9_-]{43}", secret.text)
    assert secret.prefix == secret.text[:12]
    assert len(secret.hash) == 32
    assert secret.text not in repr(secret)
    assert KeySecret.new().text != secret.text


@pytest.mark.parametrize("name", ["", "  ", "SERVICE_KEY", "anon_key", "x" * 101, "a\0b"])
def test_a_bad_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError):
        key_name(name)


def test_scopes_are_those_that_are_known() -> None:
    assert known_scopes(None, KNOWN) is None
    assert known_scopes(["users:read", "users:read"], KNOWN) == frozenset(("users:read",))
    for scopes in ([], ["users:delete"], ["users:read", "*"]):
        with pytest.raises(InvalidInputError, match="tables:read, users:read, users:write"):
            known_scopes(scopes, KNOWN)


def test_a_key_expires_in_the_future_of_a_known_time_zone() -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    assert future(None) is None
    assert future(tomorrow) == tomorrow
    for moment in (datetime.now(UTC), tomorrow.replace(tzinfo=None)):
        with pytest.raises(InvalidInputError):
            future(moment)


@pytest.mark.parametrize(
    ("actor", "role", "scopes"),
    [
        (Actor("admin"), "superadmin", None),
        (Actor("admin", scopes=KNOWN), "user", None),
        (Actor("superadmin", scopes=frozenset(("users:read",))), "user", frozenset(("users:write",))),
    ],
)
def test_nobody_makes_a_key_that_may_do_more(actor: Actor, role: str, scopes: frozenset[str] | None) -> None:
    with pytest.raises(ForbiddenError):
        refuse_beyond(actor, role, scopes)


@pytest.mark.parametrize(
    ("actor", "role", "scopes"),
    [
        (Actor("admin"), "admin", None),
        (Actor("admin"), "editor", None),
        (Actor("superadmin"), "superadmin", None),
        (Actor("admin", scopes=KNOWN), "user", frozenset(("users:read",))),
    ],
)
def test_a_key_of_ones_own_reach_may_be_made(actor: Actor, role: str, scopes: frozenset[str] | None) -> None:
    refuse_beyond(actor, role, scopes)
