"""The mails of accounts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from domain.mail import Mail, MailKind

if TYPE_CHECKING:
    from domain.accounts.users import User
    from domain.client import Client


def verification(address: str, name: str | None, token: str) -> Mail:
    """Asks whoever reads the mail of an address to confirm it."""
    return Mail(address, MailKind.VERIFICATION, {"name": name or "", "token": token})


def already_registered(address: str, name: str | None) -> Mail:
    """Tells that somebody, perhaps the owner, tried to use the address once more."""
    return Mail(address, MailKind.ALREADY_REGISTERED, {"name": name or ""})


def password_reset(address: str, name: str | None, token: str) -> Mail:
    """Lets whoever reads the mail of an account set its password."""
    return Mail(address, MailKind.PASSWORD_RESET, {"name": name or "", "token": token})


def password_changed(user: User, client: Client) -> Mail:
    """Tells that the password is another one now, and from where that was done."""
    values = {
        "name": user.name or "",
        "device": client.user_agent or "an unknown device",
        "address": client.address,
        "at": _now(),
    }
    return Mail(user.email, MailKind.PASSWORD_CHANGED, values)


def email_changed(old: str, user: User) -> Mail:
    """Tells the old address that the account has another one."""
    return Mail(old, MailKind.EMAIL_CHANGED, {"name": user.name or "", "email": user.email, "at": _now()})


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
