"""Enqueues mail as jobs, in the transaction of the act that the mail is about."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from domain.mail import Mail, MailKind

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from persistence.credentials.encryption import Cipher

MAIL_PURPOSE: Final = "mail"
"""The purpose of the cipher that seals mails."""
SEND_MAIL: Final = "send_mail"
"""The name of the job that sends a mail, and of its queue."""

# By the library's own function, so that its triggers and notices are those of every other job.
_DEFER: Final = text(
    "SELECT selfgraph.procrastinate_defer_jobs_v1(ARRAY[ROW("
    "CAST(:queue AS text), CAST(:task AS text), 0, NULL, NULL,"
    " jsonb_build_object('mail', CAST(:mail AS text)), NULL"
    ")::selfgraph.procrastinate_job_to_defer_v1])"
)


class PostgresMailQueue:
    """The port `MailQueue` on the transaction of a session. What a mail says is encrypted in the database."""

    def __init__(self, session: AsyncSession, cipher: Cipher) -> None:
        self._session = session
        self._cipher = cipher

    async def add(self, mail: Mail) -> None:
        """Enqueue in the session's transaction, which is the caller's to commit."""
        await self._session.execute(_DEFER, {"queue": SEND_MAIL, "task": SEND_MAIL, "mail": seal(mail, self._cipher)})


def seal(mail: Mail, cipher: Cipher) -> str:
    """The mail as encrypted text."""
    plain = json.dumps({"to": mail.to, "kind": mail.kind, "values": dict(mail.values)})
    return base64.b64encode(cipher.encrypt(plain.encode())).decode()


def unseal(sealed: str, cipher: Cipher) -> Mail:
    """The mail that `seal` made text of.

    Raises:
        DecryptionError: it was sealed with another key, or changed since.
    """
    plain = json.loads(cipher.decrypt(base64.b64decode(sealed)))
    return Mail(plain["to"], MailKind(plain["kind"]), plain["values"])
