from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from persistence.jobs.deferring import defer
from persistence.jobs.registry import Backoff, JobError, Jobs
from persistence.jobs.running import Run
from tests.persistence.jobs.running import AT_ONCE, JOBS, PATIENCE, QUICK, STATE, enqueue, mail_jobs, until, working

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from persistence.database import Database
    from persistence.jobs.registry import JobRun
    from tests.mail import Mailbox

ROOT = Path(__file__).parents[3]
TICKS = "FROM selfgraph.procrastinate_periodic_defers WHERE task_name = 'tick'"


def one_job(run: Callable[[JobRun], Awaitable[None]], backoff: Backoff = AT_ONCE) -> Jobs:
    jobs = Jobs()
    jobs.add("work", lambda: run, backoff)
    return jobs


async def enqueue_work(database: Database, **arguments: object) -> None:
    async with AsyncSession(database.engine) as session, session.begin():
        await defer(session, "work", arguments)


async def test_a_job_gets_its_arguments_and_the_number_of_the_attempt(migrated: Database) -> None:
    runs: asyncio.Queue[JobRun] = asyncio.Queue()

    async def run(run: JobRun) -> None:
        await runs.put(run)
        if run.attempt == 1:
            raise JobError("not yet")

    await enqueue_work(migrated, folder="ä", size=3)
    async with working(migrated.options, one_job(run)):
        first, second = [await asyncio.wait_for(runs.get(), PATIENCE) for _ in range(2)]
    assert first.arguments == second.arguments == {"folder": "ä", "size": 3}
    assert (first.id, first.attempt, second.attempt) == (second.id, 1, 2)


async def test_a_job_that_fails_in_no_known_way_is_tried_again(migrated: Database) -> None:
    attempts: list[int] = []

    async def run(run: JobRun) -> None:
        attempts.append(run.attempt)
        if run.attempt < 3:
            raise ZeroDivisionError

    await enqueue_work(migrated)
    async with working(migrated.options, one_job(run)):
        await until(migrated, JOBS, 0)
    assert attempts == [1, 2, 3]


async def test_jobs_that_this_version_does_not_know_are_left_alone(migrated: Database, mailbox: Mailbox) -> None:
    await enqueue_work(migrated)
    await enqueue(migrated, "ada@example.com")
    async with working(migrated.options, mail_jobs(mailbox.port)):
        await until(migrated, JOBS, 1)
    assert await migrated.fetch_value(STATE) == "todo 0"


async def test_a_running_job_ends_before_the_worker(migrated: Database) -> None:
    began, may_end = asyncio.Event(), asyncio.Event()

    async def run(_: JobRun) -> None:
        began.set()
        await may_end.wait()

    await enqueue_work(migrated)
    async with working(migrated.options, one_job(run)) as worker:
        await asyncio.wait_for(began.wait(), PATIENCE)
        worker.begin_drain()
        await enqueue_work(migrated)
        may_end.set()
        await worker.drain(PATIENCE)
        assert await migrated.fetch_value(STATE) == "todo 0"


async def test_a_job_that_does_not_end_in_time_is_put_back(migrated: Database) -> None:
    began = asyncio.Event()

    async def run(_: JobRun) -> None:
        began.set()
        await asyncio.Event().wait()

    await enqueue_work(migrated)
    async with working(migrated.options, one_job(run), replace(QUICK, finish=0.05)) as worker:
        await asyncio.wait_for(began.wait(), PATIENCE)
        worker.begin_drain()
        await worker.drain(PATIENCE)
        assert await migrated.fetch_value(STATE) == "todo 1"


async def test_a_worker_that_is_drained_before_it_runs_ends(migrated: Database) -> None:
    async with working(migrated.options, Jobs(), replace(QUICK, delay=PATIENCE)) as worker:
        worker.begin_drain()
        await asyncio.wait_for(worker.drain(PATIENCE), PATIENCE)


async def test_a_worker_that_was_killed_leaves_its_mail_to_the_next_one(migrated: Database, mailbox: Mailbox) -> None:
    await enqueue(migrated, "ada@example.com")
    process = await asyncio.to_thread(
        subprocess.Popen,
        [sys.executable, "-m", "tests.persistence.jobs.process", migrated.options.url, str(mailbox.port)],
        cwd=ROOT,
    )

    def kill() -> None:
        process.kill()
        process.wait(PATIENCE)

    mailbox.before_accepting = kill
    try:
        first = await mailbox.message_to("ada@example.com")
        assert await migrated.fetch_value(STATE) == "doing 0"
        mailbox.before_accepting = lambda: None
        async with working(migrated.options, mail_jobs(mailbox.port)):
            second = await mailbox.message_to("ada@example.com")
            await until(migrated, JOBS, 0)
    finally:
        kill()
    # The mail was taken over just when the worker died: the repetition can be told by its identifier.
    assert first["Message-ID"] == second["Message-ID"]


async def test_a_job_that_takes_its_workers_with_it_is_given_up(migrated: Database) -> None:
    await enqueue_work(migrated)
    async with migrated.acquire() as connection:
        await connection.execute("UPDATE selfgraph.procrastinate_jobs SET status = 'doing', attempts = 20")
    async with working(migrated.options, Jobs()):
        await until(migrated, STATE, "failed 21")


async def test_a_job_of_a_living_worker_is_left_to_it(migrated: Database) -> None:
    began, may_end = asyncio.Event(), asyncio.Event()
    runs: list[int] = []

    async def run(run: JobRun) -> None:
        runs.append(run.attempt)
        began.set()
        await may_end.wait()

    await enqueue_work(migrated)
    jobs = one_job(run)
    async with working(migrated.options, jobs):
        await asyncio.wait_for(began.wait(), PATIENCE)
        other = Run(migrated.options, jobs, QUICK)
        async with other._app.open_async():
            await other._take_up()
        assert await migrated.fetch_value(STATE) == "doing 0"
        may_end.set()
        await until(migrated, JOBS, 0)
    assert runs == [1]


async def test_a_periodic_job_runs_by_the_clock_once_for_all_workers(migrated: Database) -> None:
    ticks: asyncio.Queue[None] = asyncio.Queue()

    async def tick() -> None:
        await ticks.put(None)

    jobs = Jobs()
    jobs.periodic("tick", "* * * * * *", tick)
    async with working(migrated.options, jobs), working(migrated.options, jobs):
        for _ in range(3):
            await asyncio.wait_for(ticks.get(), PATIENCE)
        await until(migrated, "SELECT count(*) " + TICKS, 1)
    assert await migrated.fetch_value("SELECT max(defer_timestamp) " + TICKS) is not None


async def test_a_periodic_job_that_was_lost_with_its_worker_runs_the_next_time(migrated: Database) -> None:
    ticks: asyncio.Queue[None] = asyncio.Queue()

    async def tick() -> None:
        await ticks.put(None)

    async with migrated.acquire() as connection:
        await connection.execute(
            "INSERT INTO selfgraph.procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status)"
            " VALUES ('tick', 'tick', 'tick', 'tick', 'doing')"
        )
    jobs = Jobs()
    jobs.periodic("tick", "* * * * * *", tick)
    async with working(migrated.options, jobs):
        await asyncio.wait_for(ticks.get(), PATIENCE)


async def test_a_periodic_job_that_fails_runs_the_next_time(migrated: Database) -> None:
    ticks: asyncio.Queue[None] = asyncio.Queue()

    async def tick() -> None:
        await ticks.put(None)
        raise ZeroDivisionError

    jobs = Jobs()
    jobs.periodic("tick", "* * * * * *", tick)
    async with working(migrated.options, jobs):
        for _ in range(2):
            await asyncio.wait_for(ticks.get(), PATIENCE)
    assert await migrated.fetch_value("SELECT count(*) FROM selfgraph.procrastinate_jobs WHERE status = 'failed'") == 0


async def test_failed_jobs_are_forgotten_after_their_days(migrated: Database) -> None:
    for _ in range(3):
        await enqueue_work(migrated)
    async with migrated.acquire() as connection:
        await connection.execute(
            "UPDATE selfgraph.procrastinate_jobs SET status = 'failed' WHERE id <> 1;"
            "UPDATE selfgraph.procrastinate_events SET at = now() - interval '8 days' WHERE job_id <> 3"
        )
    run = Run(migrated.options, Jobs(), QUICK)
    async with run._app.open_async():
        await run._sweep(0)
    assert (
        await migrated.fetch_value("SELECT string_agg(id::text, ' ' ORDER BY id) FROM selfgraph.procrastinate_jobs")
        == "1 3"
    )


def test_a_start_of_the_server_loads_nothing_of_the_worker() -> None:
    slow = "{'procrastinate', 'psycopg', 'jinja2', 'aiosmtplib'}"
    code = f"import sys, graph.app; print({slow} & {{*sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (done.stdout, done.stderr) == ("set()\n", "")


@pytest.mark.parametrize("name", ["procrastinate_jobs", "procrastinate_events", "procrastinate_workers"])
async def test_the_tables_of_jobs_are_served_to_nobody(migrated: Database, name: str) -> None:
    granted = "SELECT has_table_privilege('pg_monitor', 'selfgraph.' || $1, 'SELECT')"
    assert await migrated.fetch_value(granted, [name]) is False
