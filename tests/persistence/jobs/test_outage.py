"""The database goes away and comes back under a running worker."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from persistence.database import Database, DatabaseOptions
from persistence.migrations import upgrade_to_head
from tests.persistence.jobs.running import JOBS, enqueue, mail_jobs, until, working

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.mail import Mailbox
    from tests.persistence.machine import MachinePostgres, PgBouncer


@pytest.fixture
async def opened(breakable_postgres: MachinePostgres) -> AsyncGenerator[Database]:
    database = await Database.connect(DatabaseOptions(breakable_postgres.url()))
    await upgrade_to_head(database)
    yield database
    await database.close()
    if not breakable_postgres.is_running():
        breakable_postgres.start()


async def test_a_worker_goes_on_when_the_database_comes_back(
    breakable_postgres: MachinePostgres, opened: Database, mailbox: Mailbox
) -> None:
    async with working(opened.options, mail_jobs(mailbox.port)):
        await enqueue(opened, "before@example.com")
        await mailbox.message_to("before@example.com")
        await asyncio.to_thread(breakable_postgres.kill)
        await asyncio.to_thread(breakable_postgres.start)
        await enqueue(opened, "after@example.com")
        await mailbox.message_to("after@example.com")
        await until(opened, JOBS, 0)


async def test_a_worker_begins_when_the_database_is_there(
    breakable_postgres: MachinePostgres, opened: Database, mailbox: Mailbox
) -> None:
    await enqueue(opened, "ada@example.com")
    await asyncio.to_thread(breakable_postgres.stop)
    async with working(opened.options, mail_jobs(mailbox.port)):
        await asyncio.to_thread(breakable_postgres.start)
        await mailbox.message_to("ada@example.com")
        await until(opened, JOBS, 0)


async def test_a_mail_whose_end_could_not_be_noted_is_not_sent_again(
    breakable_postgres: MachinePostgres, opened: Database, mailbox: Mailbox
) -> None:
    await enqueue(opened, "ada@example.com")
    mailbox.before_accepting = breakable_postgres.kill
    async with working(opened.options, mail_jobs(mailbox.port)):
        await mailbox.message_to("ada@example.com")
        mailbox.before_accepting = lambda: None
        await asyncio.to_thread(breakable_postgres.start)
        await until(opened, JOBS, 0)
    assert mailbox.attempts == 1


async def test_jobs_run_through_a_transaction_pooler(
    pooler: PgBouncer, machine_database: str, mailbox: Mailbox
) -> None:
    name = machine_database.rpartition("/")[2]
    database = await Database.connect(DatabaseOptions(pooler.url(name), prepared_statements=False))
    await upgrade_to_head(database)
    await enqueue(database, "ada@example.com")
    async with working(database.options, mail_jobs(mailbox.port)):
        await mailbox.message_to("ada@example.com")
        await enqueue(database, "bob@example.com")
        await mailbox.message_to("bob@example.com")
        await until(database, JOBS, 0)
    await database.close()
