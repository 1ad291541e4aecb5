"""Jobs as processes run them: inside `serve`, and alone by `selfgraph worker`."""

from __future__ import annotations

import json
import signal
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from persistence.database import Database, DatabaseOptions
from tests.graph.commands.process import PATIENCE, running
from tests.mail import Mailbox, text_of, token_in
from tests.persistence.jobs.running import JOBS, SECRET, STATE, enqueue

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path


@pytest.fixture
async def migrated(migrated_database: str) -> AsyncGenerator[Database]:
    database = await Database.connect(DatabaseOptions(migrated_database))
    yield database
    await database.close()


@pytest.fixture
def environment(migrated_database: str, mailbox: Mailbox) -> dict[str, str]:
    return {"DATABASE_URL": migrated_database, "SECRET_KEY": SECRET, "ANON_KEY": SECRET, **mailbox.settings}


def readiness(health: str) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(health.replace("/healthz", "/readyz"), timeout=PATIENCE) as response:  # noqa: S310 - ours
            return response.status, json.load(response)["checks"]
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)["checks"]


async def test_the_server_sends_mail(
    migrated: Database, mailbox: Mailbox, environment: dict[str, str], tmp_path: Path
) -> None:
    with running("serve", "--port", "0", folder=tmp_path, **environment) as process:
        health = process.line("Health")
        await enqueue(migrated, "ada@example.com")
        assert token_in(await mailbox.message_to("ada@example.com")) == "the-token"
        assert readiness(health)[1]["jobs"] == "ok"
        process.signal()
        assert process.wait() == 0
    assert "the-token" not in "\n".join([*process.lines, process.errors])
    assert "ERROR" not in process.errors


async def test_links_lead_to_the_server_unless_told_otherwise(
    migrated: Database, mailbox: Mailbox, environment: dict[str, str], tmp_path: Path
) -> None:
    with running("serve", "--port", "0", folder=tmp_path, **environment) as process:
        port = process.line("Health").removesuffix("/healthz").rpartition(":")[2]
        await enqueue(migrated, "ada@example.com")
        text = text_of(await mailbox.message_to("ada@example.com"))
        assert f"http://127.0.0.1:{port}/account/verify#token=the-token" in text


async def test_every_process_of_a_server_may_take_a_job_and_one_does(
    migrated: Database, mailbox: Mailbox, environment: dict[str, str], tmp_path: Path
) -> None:
    addresses = [f"user{number}@example.com" for number in range(10)]
    with running("serve", "--port", "0", "--workers", "2", folder=tmp_path, **environment) as process:
        process.line("Health")
        await enqueue(migrated, *addresses)
        for address in addresses:
            await mailbox.message_to(address)
        process.signal()
        assert process.wait() == 0
    assert mailbox.received == len(addresses)


async def test_a_worker_alone_sends_what_a_server_leaves_to_it(
    migrated: Database, mailbox: Mailbox, environment: dict[str, str], tmp_path: Path
) -> None:
    await enqueue(migrated, "ada@example.com")
    async with migrated.acquire() as connection:
        await connection.execute("UPDATE selfgraph.procrastinate_jobs SET scheduled_at = now() - interval '11 minutes'")
    with running("serve", "--port", "0", folder=tmp_path, JOBS_WORKER="false", **environment) as server:
        health = server.line("Health")
        assert readiness(health) == (503, {"database": "ok", "migrations": "ok", "jobs": "failed"})
        with running("worker", folder=tmp_path, **environment) as worker:
            assert worker.line("Worker") == "running"
            await mailbox.message_to("ada@example.com")
            worker.signal()
            assert worker.wait() == 0
            assert worker.errors == ""
        assert readiness(health)[0] == 200


async def test_a_worker_finishes_its_mail_before_it_ends(
    migrated: Database, mailbox: Mailbox, environment: dict[str, str], tmp_path: Path
) -> None:
    await enqueue(migrated, "ada@example.com")
    with running("worker", folder=tmp_path, **environment) as worker:
        mailbox.before_accepting = worker.signal
        await mailbox.message_to("ada@example.com")
        assert worker.wait() == 0
    assert await migrated.fetch_value(JOBS) == 0


async def test_a_second_signal_does_not_wait_for_the_mail(
    migrated: Database, mailbox: Mailbox, environment: dict[str, str], tmp_path: Path
) -> None:
    await enqueue(migrated, "ada@example.com")
    settings = {**environment, "SHUTDOWN_TIMEOUT": "3600", "SMTP_TIMEOUT": "50"}
    with running("worker", folder=tmp_path, **settings) as worker:

        def end() -> None:
            worker.signal(signal.SIGTERM)
            worker.signal(signal.SIGINT)
            worker.wait()

        mailbox.before_accepting = end
        await mailbox.message_to("ada@example.com")
        assert worker.wait() == 0
        assert worker.errors == ""
    assert await migrated.fetch_value(STATE) == "todo 1"


async def test_mails_are_printed_where_nothing_else_is_said(
    migrated: Database, environment: dict[str, str], tmp_path: Path
) -> None:
    await enqueue(migrated, "ada@example.com")
    environment |= {"MAIL_BACKEND": "console", "ENVIRONMENT": "production"}
    with running("serve", "--port", "0", folder=tmp_path, **environment) as process:
        assert process.line("Mail to") == "ada@example.com"
        assert process.line("Subject:") == "Confirm your address for selfgraph"
        assert "/account/verify#token=the-token" in process.line("http://")
        process.signal()
        assert process.wait() == 0
    assert "the-token" not in process.errors
    assert process.errors.count("MAIL_BACKEND=console: ") == 1


def test_a_worker_without_its_database_ends_with_one_line(tmp_path: Path) -> None:
    url = "postgresql://me@127.0.0.1:1/shop"
    settings = {"DATABASE_URL": url, "DATABASE_CONNECT_TIMEOUT": "0.2", "LOG_LEVEL": "ERROR", "SECRET_KEY": SECRET}
    with running("worker", folder=tmp_path, ANON_KEY=SECRET, **settings) as worker:
        assert worker.wait() == 1
        assert worker.errors.startswith("selfgraph: cannot connect to PostgreSQL at 127.0.0.1:1/shop")
        assert worker.errors.count("\n") == 1


def test_a_wrong_setting_ends_a_worker_with_two(tmp_path: Path) -> None:
    with running("worker", folder=tmp_path, SMTP_TLS="perhaps") as worker:
        assert worker.wait() == 2
        assert worker.errors.startswith("SMTP_TLS='perhaps'")
