"""This installation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Instance:
    """One installation of the platform: its id, and when its database was first set up (UTC)."""

    id: UUID
    initialized_at: datetime


class InstanceRepository(Protocol):
    """The port to the installation's own row."""

    async def find(self) -> Instance | None:
        """The installation, or None if its row is gone."""
        ...
