"""Mail from the transaction to the mail server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.mail import Mail, MailKind
from persistence.credentials.encryption import Cipher, DecryptionError
from persistence.jobs.registry import Backoff
from persistence.mail.sealing import seal, unseal
from persistence.mail_queue import MAIL_PURPOSE
from tests.mail import Mailbox, mail_server, token_in
from tests.persistence.jobs.running import JOBS, SECRET, STATE, enqueue, mail_jobs, until, working

if TYPE_CHECKING:
    from persistence.database import Database


async def test_a_mail_arrives_and_its_job_is_gone(migrated: Database, mailbox: Mailbox) -> None:
    await enqueue(migrated, "ada@example.com")
    async with working(migrated.options, mail_jobs(mailbox.port)):
        assert token_in(await mailbox.message_to("ada@example.com")) == "the-token"
        await until(migrated, JOBS, 0)


async def test_a_running_worker_notices_a_new_mail(migrated: Database, mailbox: Mailbox) -> None:
    async with working(migrated.options, mail_jobs(mailbox.port)):
        await enqueue(migrated, "ada@example.com")
        await mailbox.message_to("ada@example.com")


async def test_what_is_rolled_back_is_not_sent(migrated: Database, mailbox: Mailbox) -> None:
    await enqueue(migrated, "nobody@example.com", commit=False)
    await enqueue(migrated, "ada@example.com")
    async with working(migrated.options, mail_jobs(mailbox.port)):
        await mailbox.message_to("ada@example.com")
        await until(migrated, JOBS, 0)
    assert mailbox.received == 1


async def test_nobody_reads_a_mail_in_the_table(migrated: Database) -> None:
    await enqueue(migrated, "ada@example.com")
    stored = str(await migrated.fetch_value("SELECT job::text FROM selfgraph.procrastinate_jobs AS job"))
    assert "ada" not in stored.lower()
    assert "the-token" not in stored
    sealed = str(await migrated.fetch_value("SELECT args ->> 'mail' FROM selfgraph.procrastinate_jobs"))
    assert unseal(sealed, Cipher(SECRET, MAIL_PURPOSE)).values["token"] == "the-token"
    for cipher in (Cipher(SECRET[::-1], MAIL_PURPOSE), Cipher(SECRET, "another purpose")):
        with pytest.raises(DecryptionError):
            unseal(sealed, cipher)


async def test_an_endless_value_does_not_fill_the_table() -> None:
    cipher = Cipher(SECRET, MAIL_PURPOSE)
    mail = unseal(seal(Mail("ada@example.com", MailKind.NEW_SIGN_IN, {"device": "x" * 1_000_000}), cipher), cipher)
    assert mail.values == {"device": "x" * 4000}


async def test_what_the_server_cannot_take_now_is_sent_later(migrated: Database, mailbox: Mailbox) -> None:
    mailbox.content_answers = ["451 Later", "452 Later still"]
    await enqueue(migrated, "ada@example.com")
    async with working(migrated.options, mail_jobs(mailbox.port)):
        await mailbox.message_to("ada@example.com")
        await until(migrated, JOBS, 0)
    assert (mailbox.attempts, mailbox.received) == (3, 1)


async def test_what_the_server_refuses_for_good_is_not_tried_again(migrated: Database, mailbox: Mailbox) -> None:
    mailbox.recipient_answers = ["550 No such user"]
    await enqueue(migrated, "nobody@example.com")
    async with working(migrated.options, mail_jobs(mailbox.port)):
        await until(migrated, STATE, "failed 1")
    assert mailbox.attempts == 0


async def test_after_the_last_attempt_a_job_has_failed(migrated: Database, mailbox: Mailbox) -> None:
    mailbox.content_answers = ["451 Later"] * 10
    await enqueue(migrated, "ada@example.com")
    async with working(migrated.options, mail_jobs(mailbox.port, Backoff(attempts=3, first=0.01))):
        await until(migrated, STATE, "failed 3")
    assert mailbox.attempts == 3


async def test_a_mail_of_another_secret_is_given_up(migrated: Database, mailbox: Mailbox) -> None:
    await enqueue(migrated, "ada@example.com", secret=SECRET[::-1])
    async with working(migrated.options, mail_jobs(mailbox.port)):
        await until(migrated, STATE, "failed 1")


async def test_a_mail_server_that_is_down_is_tried_again_after_a_while(migrated: Database, mailbox: Mailbox) -> None:
    with mail_server(Mailbox()) as gone:
        port = gone.port
    await enqueue(migrated, "ada@example.com")
    async with working(migrated.options, mail_jobs(port, Backoff())):
        await until(migrated, STATE, "todo 1")
        delay = await migrated.fetch_value(
            "SELECT extract(epoch FROM scheduled_at - at)::float FROM selfgraph.procrastinate_events"
            " JOIN selfgraph.procrastinate_jobs AS job ON job.id = job_id WHERE type = 'deferred_for_retry'"
        )
        assert 3.5 < delay < 6.5
        with mail_server(mailbox, port=port):
            async with migrated.acquire() as connection:
                await connection.execute("UPDATE selfgraph.procrastinate_jobs SET scheduled_at = now()")
            await mailbox.message_to("ada@example.com")


async def test_two_workers_send_each_mail_once(migrated: Database, mailbox: Mailbox) -> None:
    addresses = [f"user{number}@example.com" for number in range(40)]
    await enqueue(migrated, *addresses[:20])
    async with (
        working(migrated.options, mail_jobs(mailbox.port)),
        working(migrated.options, mail_jobs(mailbox.port)),
    ):
        await asyncio.gather(*(enqueue(migrated, address) for address in addresses[20:]))
        await until(migrated, JOBS, 0)
    assert sorted(str(message["To"]) for message in mailbox.waiting) == sorted(addresses)
