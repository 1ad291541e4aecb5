"""How mail is made and sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from persistence.jobs.registry import JobRun

SEND_MAIL: Final = "send_mail"
"""The name of the job that sends one mail."""
MAIL_PURPOSE: Final = "mail"
"""The purpose of the cipher that seals mails."""


@dataclass(frozen=True, slots=True)
class SmtpOptions:
    """The mail server: where it is, how the connection is encrypted, who we are there; `timeout` in seconds a mail."""

    host: str
    port: int
    tls: Literal["none", "starttls", "tls"] = "starttls"
    root_cert: Path | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 20.0


@dataclass(frozen=True, slots=True)
class MailOptions:
    """How mail looks and where it goes.

    Attributes:
        sender: `me@example.com` or `Name <me@example.com>`.
        app_name: the product's name.
        public_url: where the server is, for templates.
        verify_email_url: the link that verifies an address, with `{token}` in it.
        reset_password_url: the link that resets a password, with `{token}` in it.
        templates: a folder with templates that beat the built-in ones.
        smtp: absent: mails are printed.
    """

    sender: str
    app_name: str
    public_url: str
    verify_email_url: str
    reset_password_url: str
    templates: Path | None = None
    smtp: SmtpOptions | None = None


def load_send_mail(options: MailOptions, secret: str) -> Callable[[JobRun], Awaitable[None]]:
    """What does the job `SEND_MAIL`; `secret` is the one that mails are sealed with."""
    from persistence.mail.job import make_send_mail  # noqa: PLC0415 - slow, and only the worker needs it

    return make_send_mail(options, secret)
