"""Enqueues mail as jobs, in the transaction of the act that the mail is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persistence.jobs.deferring import defer
from persistence.mail.options import MAIL_PURPOSE, SEND_MAIL
from persistence.mail.sealing import seal

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.mail import Mail
    from persistence.credentials.encryption import Cipher

__all__ = ["MAIL_PURPOSE", "PostgresMailQueue"]


class PostgresMailQueue:
    """The port `MailQueue` on the transaction of a session.

    What a mail says is encrypted in the database, by a cipher of purpose `MAIL_PURPOSE`.
    """

    def __init__(self, session: AsyncSession, cipher: Cipher) -> None:
        self._session = session
        self._cipher = cipher

    async def add(self, mail: Mail) -> None:
        """Enqueue in the session's transaction, which is the caller's to commit."""
        await defer(self._session, SEND_MAIL, {"mail": seal(mail, self._cipher)})
