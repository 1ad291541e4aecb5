"""What the outer face may ask of accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.accounts.profiles import FindMe


@dataclass(frozen=True, slots=True)
class AccountUseCases:
    """The use cases of accounts, wired."""

    find_me: FindMe
