"""A user as an OpenID provider knows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Identity:
    """One account at one provider: `issuer` and `subject` together name it for ever (OpenID Connect Core, 5.7).

    Attributes:
        issuer: the provider's issuer identifier, a URL.
        subject: the account's identifier there.
        user_id: whose it is here.
        provider: the provider's name in our settings, when it was linked.
        email: the address that the provider told, when it was linked.
        linked_at: when that was; None: not kept yet.
        used_at: when it last signed somebody in.
    """

    issuer: str
    subject: str
    user_id: UUID
    provider: str
    email: str | None = None
    linked_at: datetime | None = None
    used_at: datetime | None = None
