"""Taking codes of a second factor, each once."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.accounts.one_time_codes import recovery_hash

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts.one_time_codes import OneTimeCodes
    from domain.accounts.ports import AccountsWork


class CodeKind(StrEnum):
    """What a code came from."""

    GENERATOR = "generator"
    RECOVERY = "recovery"


class SpendCode:
    """Takes a code of the generator or a recovery code, in the transaction of the act that it allows."""

    def __init__(self, codes: OneTimeCodes) -> None:
        self._codes = codes

    async def __call__(self, work: AccountsWork, user_id: UUID, code: str) -> CodeKind | None:
        """What the code came from, or None if it is wrong or was taken before; taken if the transaction commits.

        The generator is locked, so that of two acts with one code the second finds it spent (RFC 6238, section 5.2).
        """
        factor = await work.second_factors.find(user_id)
        if factor is None or factor.confirmed_at is None:
            return None
        if factor.secret is not None:
            step = self._codes.check(factor.secret, code, factor.last_step, datetime.now(UTC))
            if step is not None and await work.second_factors.note_step(user_id, step):
                return CodeKind.GENERATOR
        taken = await work.second_factors.take_recovery_code(user_id, recovery_hash(code))
        return CodeKind.RECOVERY if taken else None
