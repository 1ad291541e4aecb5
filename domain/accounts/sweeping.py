"""Forgetting what nobody will ask for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from domain.accounts.ports import OpenAccounts

KEPT: Final = timedelta(days=30)
"""How long sessions that are over, and spent refresh tokens, are kept: so long clients are told why they are."""
ROUNDS: Final = 1000
"""The most transactions of one sweep; what is left is for the next."""


class Sweep:
    """Deletes what is over, some rows in each transaction."""

    def __init__(self, accounts: OpenAccounts) -> None:
        self._accounts = accounts

    async def __call__(self) -> int:
        """Delete sessions and spent tokens that have been over for 30 days, and one-time tokens; how many rows."""
        swept = 0
        now = datetime.now(UTC)
        for _ in range(ROUNDS):
            async with self._accounts() as work:
                found = await work.sessions.sweep(now - KEPT) + await work.one_time_tokens.sweep(now)
            swept += found
            if not found:
                break
        return swept
