"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from domain.limits import account_subject, key_subject
from domain.roles import ADMINISTRATORS, ANONYMOUS, SUPERADMIN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

__all__ = ["ANYBODY", "SUPERADMIN", "Actor"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The verified caller of one request.

    Attributes:
        role: the role it acts in, one of its own.
        session: the session variables that rules on tables compare with, such as `x-user-id`; names in lower case.
        user_id: the account; None for an API key that acts as nobody, and without a token.
        session_id: the sign-in; None without an access token of our own.
        key_id: the API key, where one was shown.
        impersonator_id: the admin who acts as the user.
        scopes: what an API key is restricted to, such as `users:read`; None: everything that its role may.
        backend: whether it acts as a trusted backend, which has rights that are for backends only.
        administers: whether the credential is an administrator's, whatever role it acts in.
        expires_at: when the credential expires; None: it does not.
        rights: what the credential allowed when the actor was made; another thing later ends what still runs for it.
        subject: what limits count its operations by, the account or the key; None: by nothing that it has shown.
    """

    role: str
    session: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    user_id: UUID | None = None
    session_id: UUID | None = None
    key_id: UUID | None = None
    impersonator_id: UUID | None = None
    scopes: frozenset[str] | None = None
    backend: bool = False
    administers: bool = False
    expires_at: datetime | None = None
    rights: object = field(default=(), repr=False, compare=False)
    subject: str | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Name the subject once: an actor is remembered for many requests."""
        object.__setattr__(self, "subject", self._subject())

    def _subject(self) -> str | None:
        if self.is_superadmin and (self.user_id is None or self.key_id is not None):
            return None
        if self.user_id is not None:
            return account_subject(self.user_id)
        return key_subject(self.key_id) if self.key_id is not None and not self.is_anonymous else None

    @property
    def is_superadmin(self) -> bool:
        """Whether every rule is lifted for this caller."""
        return self.role == SUPERADMIN

    @property
    def is_administrator(self) -> bool:
        """Whether this caller manages accounts and sees every table."""
        return self.role in ADMINISTRATORS

    @property
    def is_anonymous(self) -> bool:
        """Whether this caller has shown nothing that names an account or a role."""
        return self.role == ANONYMOUS and self.user_id is None

    def may(self, scope: str) -> bool:
        """Whether the credential's scopes, if it has any, hold this one."""
        return self.scopes is None or scope in self.scopes


ANYBODY = Actor(role=ANONYMOUS, session=MappingProxyType({"x-role": ANONYMOUS}))
"""A caller without credentials."""
