"""The second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.accounts.confirming import Confirm
from domain.accounts.confirming_second_factor import ConfirmSecondFactor
from domain.accounts.managing_second_factor import (
    ConfirmTotp,
    DisableTotp,
    FindSecondFactor,
    RegenerateRecoveryCodes,
    ResetSecondFactor,
    StartTotp,
)
from domain.accounts.second_factor_use_cases import SecondFactorUseCases
from domain.accounts.spending_codes import SpendCode
from persistence.credentials.totp import TotpCodes

if TYPE_CHECKING:
    from graph.wiring.services import Services


def second_factor_use_cases(services: Services) -> SecondFactorUseCases:
    """The use cases over the shared services."""
    accounts, limiter, codes = services.accounts, services.limiter, TotpCodes()
    confirm, spend = Confirm(accounts, services.passwords, limiter), SpendCode(codes)
    return SecondFactorUseCases(
        find=FindSecondFactor(accounts),
        start_totp=StartTotp(accounts=accounts, confirm=confirm, codes=codes, issuer=services.settings.app_name),
        confirm_totp=ConfirmTotp(accounts, limiter, codes),
        disable_totp=DisableTotp(accounts=accounts, limiter=limiter, confirm=confirm, spend=spend),
        regenerate_recovery_codes=RegenerateRecoveryCodes(accounts, limiter, spend),
        confirm=ConfirmSecondFactor(
            accounts=accounts, limiter=limiter, spend=spend, open_session=services.open_session
        ),
        reset=ResetSecondFactor(accounts),
    )
