"""The settings of mail and jobs, which `Settings` inherits."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_LINK: Final = re.compile(r"[a-z][a-z0-9+.-]*:/?/?[^\s]+", re.IGNORECASE)
_SENDER: Final = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+|[^@<>]+ <[^\s@<>,;]+@[^\s@<>,;]+>")
_LONGEST_LINK: Final = 2000


class MailBackend(StrEnum):
    """Where mail goes: printed on the console, or sent by SMTP."""

    CONSOLE = "console"
    SMTP = "smtp"


class SmtpTls(StrEnum):
    """How the connection to the mail server is encrypted: by STARTTLS, from the first byte, or not at all."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class MailSettings(BaseSettings):
    """What mail and jobs can be told."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    app_name: Annotated[str, Field(min_length=1, max_length=100)] = "selfgraph"
    """Name of the product in mails."""
    public_url: str | None = None
    """Address under which users reach the server (`https://api.example`); absent: `http://HOST:PORT`, of files none."""
    verify_email_url: str | None = None
    """Link that verifies an address, with `{token}` in it; absent: `PUBLIC_URL/account/verify#token={token}`."""
    reset_password_url: str | None = None
    """Link that resets a password, with `{token}` in it; absent: `PUBLIC_URL/account/reset#token={token}`."""
    mail_backend: MailBackend = MailBackend.CONSOLE
    """`console` prints mails, `smtp` sends them."""
    mail_from: str = "no-reply@localhost"
    """Sender of mails, `me@example.com` or `Name <me@example.com>`."""
    mail_templates_dir: Path | None = None
    """Folder with templates of your own, which beat the built-in ones of the same name."""
    smtp_host: Annotated[str, Field(min_length=1, max_length=253)] = "localhost"
    """Mail server."""
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 587
    """Its port: 587 for `starttls`, 465 for `tls` as a rule."""
    smtp_tls: SmtpTls = SmtpTls.STARTTLS
    """`starttls`, `tls` (from the first byte) or `none`."""
    smtp_root_cert: Path | None = None
    """CA file for the mail server; absent: the system's."""
    smtp_username: str | None = None
    """Name for the mail server; absent: no sign-in there."""
    smtp_password: SecretStr | None = None
    """Password for the mail server."""
    smtp_timeout: Annotated[float, Field(gt=0, le=50)] = 20
    """Seconds that sending one mail may take."""
    jobs_worker: bool = True
    """Run jobs such as mail inside `serve`; off: `selfgraph worker` runs them."""
    jobs_stuck_after: Annotated[float, Field(gt=0, le=86_400)] = 600
    """Seconds that a due job may wait before `/readyz` says so."""
    jobs_keep_failed_days: Annotated[int, Field(ge=1, le=3650)] = 7
    """Days that a failed job is kept."""

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("an address such as https://api.example")
        return value.rstrip("/")

    @field_validator("verify_email_url", "reset_password_url")
    @classmethod
    def _link_with_token(cls, value: str | None) -> str | None:
        if value is not None and (
            value.count("{token}") != 1 or len(value) > _LONGEST_LINK or not _LINK.fullmatch(value)
        ):
            raise ValueError("a link such as https://app.example/verify?token={token}")
        return value

    @field_validator("mail_from")
    @classmethod
    def _one_address(cls, value: str) -> str:
        if not value.isprintable() or not _SENDER.fullmatch(value):
            raise ValueError("an address such as me@example.com or Name <me@example.com>")
        return value

    @field_validator("mail_templates_dir")
    @classmethod
    def _folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError("a folder that exists")
        return value
