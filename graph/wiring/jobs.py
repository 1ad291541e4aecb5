"""The worker of a process, and what it does: sends mail, removes bytes, sweeps what has expired."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from loguru import logger

from domain.accounts.sweeping import Sweep
from graph.mail_settings import MailBackend
from graph.settings import Environment, shown
from graph.wiring.services import postgres_accounts
from graph.wiring.storage_jobs import add_storage_jobs
from persistence.jobs.registry import Jobs
from persistence.jobs.timing import Timing
from persistence.jobs.worker import JobWorker
from persistence.mail.options import SEND_MAIL, MailOptions, SmtpOptions, load_send_mail
from persistence.sign_in_attempts import PostgresSignInAttempts
from persistence.transactions import Transactions

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.storage.events import FileEvents
    from graph.settings import Settings
    from persistence.database import Database


def job_worker(
    settings: Settings,
    database: Database,
    on_started: Callable[[], None] = lambda: None,
    file_events: FileEvents | None = None,
) -> JobWorker:
    """What runs the jobs of a process, once it is told to; `file_events` hears of what they do to files."""
    if settings.mail_backend is MailBackend.CONSOLE and settings.environment is Environment.PRODUCTION:
        logger.warning(
            "MAIL_BACKEND=console: mails and their secret links are printed to standard output and sent to nobody"
        )
    jobs = Jobs()
    jobs.add(SEND_MAIL, partial(load_send_mail, mail_options(settings), shown(settings.secret_key) or ""))
    jobs.periodic("sweep_accounts", "23 * * * *", partial(_sweep, settings, database))
    add_storage_jobs(jobs, settings, database, file_events)
    timing = Timing(finish=settings.shutdown_timeout, keep_failed_days=settings.jobs_keep_failed_days)
    return JobWorker(database.options, jobs, timing, on_started)


async def _sweep(settings: Settings, database: Database) -> None:
    secret = shown(settings.secret_key) or ""
    await Sweep(postgres_accounts(secret, Transactions(database)))()
    await PostgresSignInAttempts(database, secret).sweep()


def mail_options(settings: Settings) -> MailOptions:
    """How the settings say that mail looks and travels."""
    host = {"0.0.0.0": "localhost", "::": "localhost", "": "localhost"}.get(settings.host, settings.host)  # noqa: S104 - compared, not bound
    name = f"[{host}]" if ":" in host else host
    public_url = settings.public_url or f"http://{name}:{settings.port}"
    smtp = SmtpOptions(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls.value,
        root_cert=settings.smtp_root_cert,
        username=settings.smtp_username,
        password=shown(settings.smtp_password),
        timeout=settings.smtp_timeout,
    )
    return MailOptions(
        sender=settings.mail_from,
        app_name=settings.app_name,
        public_url=public_url,
        verify_email_url=settings.verify_email_url or f"{public_url}/account/verify#token={{token}}",
        reset_password_url=settings.reset_password_url or f"{public_url}/account/reset#token={{token}}",
        templates=settings.mail_templates_dir,
        smtp=smtp if settings.mail_backend is MailBackend.SMTP else None,
    )
