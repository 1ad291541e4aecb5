"""What the outer face may ask of the second factor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.accounts.confirming_second_factor import ConfirmSecondFactor
    from domain.accounts.managing_second_factor import (
        ConfirmTotp,
        DisableTotp,
        FindSecondFactor,
        RegenerateRecoveryCodes,
        ResetSecondFactor,
        StartTotp,
    )


@dataclass(frozen=True, slots=True)
class SecondFactorUseCases:
    """The use cases of the second factor, wired."""

    find: FindSecondFactor
    start_totp: StartTotp
    confirm_totp: ConfirmTotp
    disable_totp: DisableTotp
    regenerate_recovery_codes: RegenerateRecoveryCodes
    confirm: ConfirmSecondFactor
    reset: ResetSecondFactor
