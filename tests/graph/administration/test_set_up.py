"""The set-up of a server by its link."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from domain.accounts.one_time import Purpose
from domain.administration.first_superadmin import OfferSetUp
from graph.wiring.administration import open_administration
from persistence.transactions import Transactions
from tests.graph.accounts.serving import PASSWORD

if TYPE_CHECKING:
    from tests.graph.administration.people import People

SET_UP = """
mutation($token: String!, $email: String!, $password: String!) {
  setUp(token: $token, email: $email, password: $password, name: "Root") {
    __typename
    ... on SignedIn { accessToken user { email name role emailVerifiedAt } }
    ... on WeakPassword { reasons }
  }
}
"""


async def offer(people: People) -> str | None:
    return await OfferSetUp(open_administration(Transactions(people.accounts.database), "s" * 32))()


async def set_up(
    people: People, token: str | None, email: str = "root@x.test", password: str = PASSWORD
) -> dict[str, Any]:
    assert token is not None
    return await people.accounts.respond(SET_UP, {"token": token, "email": email, "password": password})


def refused(answer: dict[str, Any]) -> str:
    code: str = answer["errors"][0]["extensions"]["code"]
    return code


async def test_a_link_makes_one_superadmin_who_is_signed_in(people: People) -> None:
    token = await offer(people)

    made = (await set_up(people, token))["data"]["setUp"]

    assert made["user"].pop("emailVerifiedAt") is not None
    assert made["user"] == {"email": "root@x.test", "name": "Root", "role": "superadmin"}
    assert "errors" not in await people.accounts.respond("{ system { version } }", token=made["accessToken"])
    assert refused(await set_up(people, token, "second@x.test")) == "VALIDATION"
    assert await offer(people) is None
    assert await people.accounts.value("SELECT count(*) FROM selfgraph.one_time_tokens WHERE purpose = 'set_up'") == 0


async def test_a_weak_password_or_a_taken_address_leaves_the_link_good(people: People) -> None:
    await people.create(email="taken@x.test")
    token = await offer(people)

    assert (await set_up(people, token, password="password"))["data"]["setUp"]["reasons"] == ["COMMON"]
    assert refused(await set_up(people, token, "taken@x.test")) == "CONFLICT"
    assert refused(await set_up(people, token, "no address")) == "VALIDATION"

    assert (await set_up(people, token))["data"]["setUp"]["__typename"] == "SignedIn"


async def test_two_set_ups_at_once_make_one_superadmin(people: People) -> None:
    token = await offer(people)

    answers = await asyncio.gather(*(set_up(people, token, f"root{n}@x.test") for n in range(3)))

    assert sorted("errors" in answer for answer in answers) == [False, True, True]
    assert await people.accounts.value("SELECT count(*) FROM selfgraph.users") == 1


async def test_a_link_dies_with_the_first_superadmin_and_with_the_next_link(people: People) -> None:
    old, token = await offer(people), await offer(people)
    assert refused(await set_up(people, old)) == "VALIDATION"

    await people.create(email="root@x.test", role="superadmin")

    assert refused(await set_up(people, token, "second@x.test")) == "VALIDATION"
    assert await people.accounts.value("SELECT count(*) FROM selfgraph.users") == 1


async def test_links_made_at_once_leave_one_that_is_good(people: People) -> None:
    tokens = await asyncio.gather(*(offer(people) for _ in range(4)))

    assert len(set(tokens)) == 4
    left = "SELECT count(*) FROM selfgraph.one_time_tokens WHERE purpose = 'set_up'"
    assert await people.accounts.value(left) == 1


@pytest.mark.parametrize("purpose", [Purpose.VERIFY_EMAIL, Purpose.RESET_PASSWORD])
async def test_another_link_sets_nothing_up(people: People, purpose: Purpose) -> None:
    await people.create(email="ann@x.test", **({"password": PASSWORD} if purpose is Purpose.VERIFY_EMAIL else {}))
    await offer(people)

    assert refused(await set_up(people, await people.accounts.last_token())) == "VALIDATION"
    assert await people.accounts.value("SELECT count(*) FROM selfgraph.users WHERE role = 'superadmin'") == 0
