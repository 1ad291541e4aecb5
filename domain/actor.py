"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SUPERADMIN: Final = "superadmin"


@dataclass(frozen=True, slots=True)
class Actor:
    """The verified caller of one request: the role it acts in and its session variables."""

    role: str
    session: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def is_superadmin(self) -> bool:
        """Whether every rule is lifted for this caller."""
        return self.role == SUPERADMIN
