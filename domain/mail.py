"""Mail to users: what is told, not how it looks or travels."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class MailKind(StrEnum):
    """What a mail is about; each kind has its own templates."""

    VERIFICATION = "verification"
    """The address has to be confirmed; `token`, `name`."""
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a kind
    """Somebody asked for a new password; `token`, `name`."""
    NEW_SIGN_IN = "new_sign_in"
    """A sign-in from a device that was not seen before; `name`, `device`, `address`, `at`."""
    ALREADY_REGISTERED = "already_registered"
    """Somebody registered with an address that has an account; `name`."""
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of a kind
    """The password is another one now; `name`, `device`, `address`, `at`."""
    EMAIL_CHANGED = "email_changed"
    """The account has another address now, told to the old one; `name`, `email`, `at`."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address.

    Attributes:
        to: the address of the recipient.
        kind: what it is about.
        values: what the templates of the kind show; every one may be missing, but `token` where the kind has one.
            It can hold a secret, so it is shown nowhere else.
    """

    to: str
    kind: MailKind
    values: Mapping[str, str] = field(repr=False)


class MailQueue(Protocol):
    """The port to the outgoing mail."""

    async def add(self, mail: Mail) -> None:
        """Enqueue in the transaction of the act: the mail is sent if, and only if, that transaction commits."""
        ...
