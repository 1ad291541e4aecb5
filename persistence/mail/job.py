"""What the worker does with one mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from loguru import logger

from persistence.credentials.encryption import Cipher, DecryptionError
from persistence.jobs.registry import JobError
from persistence.mail.console import ConsoleTransport
from persistence.mail.message import make_message
from persistence.mail.options import MAIL_PURPOSE
from persistence.mail.sealing import unseal
from persistence.mail.smtp import SmtpTransport
from persistence.mail.templates import MailTemplates

if TYPE_CHECKING:
    from email.message import EmailMessage

    from persistence.jobs.registry import JobRun
    from persistence.mail.options import MailOptions

_REMEMBERED: Final = 1000


class Transport(Protocol):
    """The way on which messages leave."""

    async def send(self, message: EmailMessage) -> None:
        """Send one; raises JobError."""
        ...


class SendMail:
    """The job: opens the sealed mail, fills its templates, sends it.

    A mail that was sent and whose end could not be noted, because the database was gone just then, is not sent again
    by the same process. Another process would send it again, with the same Message-ID.
    """

    def __init__(self, cipher: Cipher, templates: MailTemplates, transport: Transport, sender: str) -> None:
        self._cipher = cipher
        self._templates = templates
        self._transport = transport
        self._sender = sender
        self._sent: dict[str, None] = {}

    async def __call__(self, run: JobRun) -> None:
        """Send the mail.

        Raises:
            JobError: it was not sent.
        """
        sealed = str(run.arguments.get("mail", ""))
        identifier = f"{run.id} {sealed}"
        if identifier in self._sent:
            return
        try:
            mail = unseal(sealed, self._cipher)
        except (DecryptionError, ValueError, KeyError, TypeError):
            raise JobError("the mail cannot be opened: SECRET_KEY was another one", permanent=True) from None
        rendered = self._templates.render(mail)
        message = make_message(rendered, sender=self._sender, to=mail.to, identifier=identifier)
        await self._transport.send(message)
        self._remember(identifier)

    def _remember(self, identifier: str) -> None:
        self._sent[identifier] = None
        if len(self._sent) > _REMEMBERED:
            del self._sent[next(iter(self._sent))]


def make_send_mail(options: MailOptions, secret: str) -> SendMail:
    """Put the job together. Templates that cannot be filled are told at once, not with the first mail."""
    templates = MailTemplates(options)
    try:
        templates.check()
    except JobError as error:
        logger.error("Mail cannot be sent: {}", error)
    transport = SmtpTransport(options.smtp) if options.smtp else ConsoleTransport()
    return SendMail(Cipher(secret, MAIL_PURPOSE), templates, transport, options.sender)
