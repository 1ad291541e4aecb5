"""Sends messages by SMTP: RFC 5321, encrypted by STARTTLS (RFC 3207) or from the first byte (RFC 8314)."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from typing import TYPE_CHECKING, Final, NoReturn

import aiosmtplib

from persistence.jobs.registry import JobError

if TYPE_CHECKING:
    from email.message import EmailMessage

    from persistence.mail.options import SmtpOptions

_LONGEST_REASON: Final = 200
_GOODBYE_SECONDS: Final = 2.0
_FIRST_PERMANENT: Final = 500


class SmtpTransport:
    """Hands each message to one mail server, over a connection of its own."""

    def __init__(self, options: SmtpOptions) -> None:
        self._options = options

    async def send(self, message: EmailMessage) -> None:
        """Send it; when this returns the server has taken it over.

        Raises:
            JobError: it was not taken. Permanent where the server refuses this recipient or this message for good
                (5yz, RFC 5321 section 4.2.1); everything else may pass or be corrected.
        """
        client: aiosmtplib.SMTP | None = None
        try:
            async with asyncio.timeout(self._options.timeout):
                client = self._client()
                await client.connect()
                await client.send_message(message)
        except (aiosmtplib.SMTPException, OSError) as error:
            _refuse(error, str(message["To"]))
        else:
            await _say_goodbye(client)
        finally:
            if client is not None:
                client.close()

    def _client(self) -> aiosmtplib.SMTP:
        options = self._options
        return aiosmtplib.SMTP(
            hostname=options.host,
            port=options.port,
            use_tls=options.tls == "tls",
            start_tls=options.tls == "starttls",
            tls_context=None if options.tls == "none" else self._context(),
            username=options.username,
            password=options.password,
            timeout=options.timeout,
        )

    def _context(self) -> ssl.SSLContext:
        # Read at each mail: a certificate that was renewed is taken up, and a missing file can be put there.
        return ssl.create_default_context(cafile=self._options.root_cert)


async def _say_goodbye(client: aiosmtplib.SMTP) -> None:
    # The message has been taken over; whatever happens now must not have it sent again.
    with contextlib.suppress(aiosmtplib.SMTPException, OSError):
        async with asyncio.timeout(_GOODBYE_SECONDS):
            await client.quit()


def _refuse(error: Exception, to: str) -> NoReturn:
    permanent = False
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            reason = ", ".join(f"{each.code} {each.message}" for each in error.recipients)
            permanent = all(each.code >= _FIRST_PERMANENT for each in error.recipients)
        case aiosmtplib.SMTPDataError():
            reason = f"{error.code} {error.message}"
            permanent = error.code >= _FIRST_PERMANENT
        case aiosmtplib.SMTPAuthenticationError():
            reason = f"the mail server refuses SMTP_USERNAME and SMTP_PASSWORD ({error.code})"
        case aiosmtplib.SMTPResponseException():
            reason = f"{error.code} {error.message}"
        case TimeoutError():
            reason = "the mail server does not answer in time"
        case _:
            reason = str(error) or type(error).__name__
    # Who gets mail is nobody's business who reads logs.
    said = reason.replace(to, "the recipient")[:_LONGEST_REASON]
    raise JobError(f"mail was not taken: {said}", permanent=permanent) from None
