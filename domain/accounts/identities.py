"""A user as an OpenID provider knows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Identity:
    """One account at one provider: `issuer` and `subject` together name it for ever (OpenID Connect Core, 5.7)."""

    issuer: str
    subject: str
    user_id: UUID
    provider: str
    email: str | None = None
