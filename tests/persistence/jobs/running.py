"""Workers for tests, with times that nobody has to wait for."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from domain.mail import Mail, MailKind
from persistence.credentials.encryption import Cipher
from persistence.jobs.registry import Backoff, Jobs
from persistence.jobs.timing import Timing
from persistence.jobs.worker import JobWorker
from persistence.mail.options import SEND_MAIL, MailOptions, SmtpOptions, load_send_mail
from persistence.mail_queue import MAIL_PURPOSE, PostgresMailQueue

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from persistence.database import Database, DatabaseOptions

SECRET: Final = "a-secret-key-of-the-tests-0123456789"
QUICK: Final = Timing(delay=0, poll=0.05, heartbeat=0.2, stalled=1, finish=20, restart=0.05, longest_restart=0.2)
AT_ONCE: Final = Backoff(first=0.01)
PATIENCE: Final = 60
JOBS: Final = "SELECT count(*) FROM selfgraph.procrastinate_jobs WHERE task_name NOT LIKE 'sweep%'"
"""How many jobs there are that a test has enqueued: in some minutes of an hour a worker begins with sweeps."""
STATE: Final = JOBS.replace("count(*)", "status || ' ' || attempts")


def mail_options(port: int, **smtp: Any) -> MailOptions:
    """Mail to a server on this port."""
    return MailOptions(
        sender="Shop <no-reply@shop.example>",
        app_name="Shop",
        public_url="https://shop.example",
        verify_email_url="https://shop.example/verify?token={token}",
        reset_password_url="https://shop.example/reset?token={token}",
        smtp=SmtpOptions("127.0.0.1", port, **{"tls": "none", **smtp}),
    )


def mail_jobs(port: int, backoff: Backoff = AT_ONCE) -> Jobs:
    """The job that sends mail to a server on this port."""
    jobs = Jobs()
    jobs.add(SEND_MAIL, lambda: load_send_mail(mail_options(port), SECRET), backoff)
    return jobs


async def enqueue(database: Database, *addresses: str, secret: str = SECRET, commit: bool = True) -> None:
    """Enqueue a mail to each address in one transaction."""
    async with AsyncSession(database.engine) as session:
        queue = PostgresMailQueue(session, Cipher(secret, MAIL_PURPOSE))
        for address in addresses:
            await queue.add(Mail(address, MailKind.VERIFICATION, {"token": "the-token", "name": "Ada"}))
        if commit:
            await session.commit()


@asynccontextmanager
async def working(options: DatabaseOptions, jobs: Jobs, timing: Timing = QUICK) -> AsyncGenerator[JobWorker]:
    """Run a worker beside the block."""
    worker = JobWorker(options, jobs, timing)
    async with worker.beside():
        yield worker


async def until(database: Database, statement: str, expected: object) -> None:
    """Ask the database until it answers as expected."""
    async with asyncio.timeout(PATIENCE):
        while await database.fetch_value(statement) != expected:  # noqa: ASYNC110 - another process sets no event here
            await asyncio.sleep(0.02)
