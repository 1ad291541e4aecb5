"""One mutation is one transaction, beside others."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    from tests.graph.conftest import Serve

SCHEMA = """
CREATE TABLE account (id integer PRIMARY KEY, amount integer NOT NULL CHECK (amount >= 0));
CREATE TABLE entry (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id integer NOT NULL REFERENCES account DEFERRABLE INITIALLY DEFERRED);
INSERT INTO account VALUES (1, 100), (2, 0);
"""
MOVE = """mutation ($amount: Int!, $less: Int!) {
  to: updateAccountByPk(pkColumns: {id: 2}, _inc: {amount: $amount}) { amount }
  from: updateAccountByPk(pkColumns: {id: 1}, _inc: {amount: $less}) { amount }
  insertEntry(objects: [{accountId: 1}, {accountId: 2}]) { affectedRows }
}"""
AMOUNTS = "{ account(orderBy: {id: ASC}) { amount } entry { id } }"


async def test_a_failure_takes_back_everything_before_it(serve: Serve) -> None:
    served = await serve(SCHEMA)

    error = await served.refusal(MOVE, {"amount": 150, "less": -150})

    assert error["path"] == ["from"]
    assert [each.text for each in served.sent][::3] == ["BEGIN;", "ROLLBACK;"]
    assert await served.data(AMOUNTS) == {"account": [{"amount": 100}, {"amount": 0}], "entry": []}


async def test_many_at_once_lose_nothing(serve: Serve) -> None:
    served = await serve(SCHEMA)

    answers = await asyncio.gather(*(served.answer(MOVE, {"amount": 7, "less": -7}) for _ in range(20)))

    failed = [answer for answer in answers if "errors" in answer]
    data = await served.data(AMOUNTS)
    assert len(failed) == 20 - 100 // 7
    assert all(answer["data"] is None for answer in failed)
    assert data["account"] == [{"amount": 100 % 7}, {"amount": 100 - 100 % 7}]
    assert len(data["entry"]) == 2 * (100 // 7)


async def test_a_constraint_that_is_checked_at_the_end_refuses_the_whole(serve: Serve) -> None:
    served = await serve(SCHEMA)

    error = await served.refusal(
        "mutation { deleteAccountByPk(id: 2) { id } insertEntryOne(object: {accountId: 2}) { id } }"
    )

    assert error["extensions"] == {"code": "CONFLICT", "table": "entry", "columns": ["accountId"]}
    assert "path" not in error
    assert await served.data(AMOUNTS) == {"account": [{"amount": 100}, {"amount": 0}], "entry": []}


async def test_of_writers_who_read_the_same_version_one_wins(serve: Serve) -> None:
    served = await serve(SCHEMA)
    version = (await served.data("{ accountByPk(id: 1) { _version } }"))["accountByPk"]["_version"]
    update = (
        "mutation ($v: String!) { updateAccountByPk(pkColumns: {id: 1}, _inc: {amount: 1}, ifVersion: $v) { amount } }"
    )

    answers = await asyncio.gather(*(served.answer(update, {"v": version}) for _ in range(10)))

    won = [answer for answer in answers if "errors" not in answer]
    lost = [answer["errors"][0]["extensions"]["code"] for answer in answers if "errors" in answer]
    assert [answer["data"] for answer in won] == [{"updateAccountByPk": {"amount": 101}}]
    assert lost == ["CONFLICT"] * 9


async def test_a_writer_who_waited_for_another_sees_that_the_row_has_changed(serve: Serve) -> None:
    served = await serve(SCHEMA)
    version = (await served.data("{ accountByPk(id: 1) { _version } }"))["accountByPk"]["_version"]
    other = await asyncpg.connect(served.url)
    try:
        transaction = other.transaction()
        await transaction.start()
        await other.execute("UPDATE public.account SET amount = 5 WHERE id = 1")
        delete: Any = asyncio.ensure_future(
            served.answer("mutation ($v: String!) { deleteAccountByPk(id: 1, ifVersion: $v) { id } }", {"v": version})
        )
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        while not await other.fetchval(waiting):
            pass
        await transaction.commit()
        answer = await delete
    finally:
        await other.close()

    assert answer["errors"][0]["extensions"]["code"] == "CONFLICT"
    assert (await served.data("{ accountByPk(id: 1) { amount } }")) == {"accountByPk": {"amount": 5}}


async def test_the_time_limit_of_statements_holds_and_takes_back(serve: Serve) -> None:
    served = await serve(
        SCHEMA + "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_sleep(20); RETURN NEW; END $$;"
        "CREATE TRIGGER wait BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION wait();",
        statement_timeout=0.5,
    )

    error = await served.refusal(MOVE, {"amount": 1, "less": -1})

    assert error["extensions"]["code"] == "TIMEOUT"
    assert await served.data(AMOUNTS) == {"account": [{"amount": 100}, {"amount": 0}], "entry": []}
