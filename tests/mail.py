"""A real SMTP server that keeps what it gets, for tests of every layer.

`Mailbox.settings` are the settings with which a server of ours sends its mail there.
"""

from __future__ import annotations

import asyncio
import re
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

from aiosmtpd.smtp import SMTP, AuthResult

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Generator
    from email.message import EmailMessage

    from aiosmtpd.smtp import Envelope, LoginPassword, Session

PATIENCE = 60.0


class Mailbox:
    """What has arrived. Every message is handed out once, in the order of arrival."""

    def __init__(self) -> None:
        self.port = 0
        self.received = 0
        """Messages that were accepted, taken ones too."""
        self.attempts = 0
        """Messages whose content was offered, refused ones too."""
        self.recipient_answers: list[str] = []
        """Answers to the next recipients, such as `550 No such user`; then each is accepted."""
        self.content_answers: list[str] = []
        """Answers to the next contents, such as `451 Later`; then each is accepted."""
        self.before_accepting: Callable[[], None] = lambda: None
        """Called in the server's thread once a content has arrived, before it is answered."""
        self.deaf_to_goodbyes = False
        """Never answer QUIT."""
        self._messages: list[EmailMessage] = []
        self._arrived = threading.Condition()

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a process that sends its mail here."""
        return {
            "MAIL_BACKEND": "smtp",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.port),
            "SMTP_TLS": "none",
        }

    @property
    def waiting(self) -> list[EmailMessage]:
        """The messages that nobody has taken yet."""
        with self._arrived:
            return list(self._messages)

    async def message_to(self, address: str) -> EmailMessage:
        """Take the first message to this address, waiting for it."""
        return await asyncio.to_thread(self.wait_for, address)

    def wait_for(self, address: str) -> EmailMessage:
        """As `message_to`, for tests without an event loop."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: self._find(address) is not None, PATIENCE):
                raise AssertionError(f"no mail to {address}; there is {[message['To'] for message in self._messages]}")
            found = self._find(address)
            assert found is not None
            self._messages.remove(found)
            return found

    def _find(self, address: str) -> EmailMessage | None:
        return next((message for message in self._messages if message["X-RcptTo"] == address), None)

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd looks for
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.recipient_answers:
            return self.recipient_answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_QUIT(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 - same
        if self.deaf_to_goodbyes:
            await asyncio.Event().wait()
        return "221 Bye"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - same
        self.attempts += 1
        self.before_accepting()
        if self.content_answers:
            return self.content_answers.pop(0)
        message = message_from_bytes(cast("bytes", envelope.content), policy=policy.default)
        message["X-RcptTo"] = ", ".join(str(address) for address in envelope.rcpt_tos)
        message["X-MailFrom"] = envelope.mail_from
        with self._arrived:
            self.received += 1
            self._messages.append(message)
            self._arrived.notify_all()
        return "250 OK"


@contextmanager
def mail_server(
    mailbox: Mailbox,
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    login: tuple[str, str] | None = None,
    port: int = 0,
) -> Generator[Mailbox]:
    """Serve the mailbox on a port of the loopback interface, in a thread of its own.

    Args:
        mailbox: where the messages go; its `port` is set.
        starttls: demand STARTTLS with this certificate.
        tls: encrypt from the first byte with this certificate.
        login: demand this name and password.
        port: 0 takes a free one.
    """

    def authenticate(*given: Any) -> AuthResult:
        login_data = cast("LoginPassword", given[4])
        given_login = (login_data.login.decode(), login_data.password.decode())
        return AuthResult(success=given_login == login, handled=False)

    def serve() -> SMTP:
        return SMTP(
            mailbox,
            hostname="mail.test",
            loop=loop,
            enable_SMTPUTF8=True,
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=authenticate if login else None,
            auth_required=login is not None,
            auth_require_tls=starttls is not None,
        )

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        starting = asyncio.run_coroutine_threadsafe(loop.create_server(serve, "127.0.0.1", port, ssl=tls), loop)
        server = starting.result(PATIENCE)
        mailbox.port = server.sockets[0].getsockname()[1]
        try:
            yield mailbox
        finally:
            asyncio.run_coroutine_threadsafe(_close(server), loop).result(PATIENCE)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()


async def _close(server: asyncio.Server) -> None:
    server.close()
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


def text_of(message: EmailMessage) -> str:
    """The plain text of a message."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html_of(message: EmailMessage) -> str:
    """The HTML of a message."""
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def token_in(message: EmailMessage) -> str:
    """The token of the link in a message."""
    found = re.search(r"token=([\w.~%-]+)", text_of(message))
    assert found is not None, text_of(message)
    return unquote(found[1])
