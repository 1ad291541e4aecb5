"""How many statements an act costs; the begin and end of its transactions apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.graph.accounts.serving import ME

if TYPE_CHECKING:
    from tests.graph.accounts.serving import Accounts


async def test_me_costs_one_statement_where_the_session_is_not_known_yet(accounts: Accounts) -> None:
    session = await accounts.sign_up()

    first = await accounts.data(ME, token=session["accessToken"])

    assert len(accounts.statements) == 1
    assert await accounts.data(ME, token=session["accessToken"]) == first


async def test_a_user_just_read_is_not_shown_after_a_change(accounts: Accounts) -> None:
    session = await accounts.sign_up()
    batch = [{"query": 'mutation { updateMe(input: {name: "Another"}) { name } }'}, {"query": "{ me { name } }"}]

    answers = await accounts.batch(batch, token=session["accessToken"])

    assert [each["data"] for each in answers] == [{"updateMe": {"name": "Another"}}, {"me": {"name": "Another"}}]


async def test_me_costs_one_statement_once_the_session_is_known(accounts: Accounts) -> None:
    session = await accounts.sign_up()
    await accounts.data(ME, token=session["accessToken"])

    await accounts.data(ME, token=session["accessToken"])

    assert len(accounts.statements) == 1
    assert "FROM selfgraph.users" in accounts.statements[0]


async def test_a_refresh_costs_one_statement(accounts: Accounts) -> None:
    session = await accounts.sign_up()

    await accounts.refresh(session["refreshToken"])

    assert len(accounts.statements) == 1


async def test_a_login_costs_seven_statements(accounts: Accounts) -> None:
    await accounts.sign_up()

    await accounts.login()

    # Count the attempt, read the hash, forget the attempts, lock the user, look for a second factor and for the device,
    # keep the session.
    assert len(accounts.statements) == 7
