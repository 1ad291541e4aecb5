"""The settings of accounts, which `Settings` inherits."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SignUp(StrEnum):
    """Who may open an account: everybody, or only those for whom an admin does."""

    OPEN = "open"
    CLOSED = "closed"


class EmailVerification(StrEnum):
    """Whether an address has to be verified before its owner may sign in."""

    OPTIONAL = "optional"
    REQUIRED = "required"


class AccountSettings(BaseSettings):
    """How people get and use accounts."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    sign_up: SignUp = SignUp.OPEN
    """`open`, or `closed`: only admins make accounts."""
    email_verification: EmailVerification = EmailVerification.OPTIONAL
    """`optional`, or `required`: nobody signs in before, and `register` tells nobody which addresses have accounts."""
    superadmin_email: str | None = None
    """Address of a superadmin who is made at the start unless an account has it; with `SUPERADMIN_PASSWORD`."""
    superadmin_password: SecretStr | None = None
    """Password of that superadmin, 8 to 128 characters; an account that exists keeps its own."""

    @model_validator(mode="after")
    def _both_of_the_superadmin(self) -> Self:
        if (self.superadmin_email is None) != (self.superadmin_password is None):
            raise ValueError("SUPERADMIN_EMAIL and SUPERADMIN_PASSWORD are set together or not at all")
        return self
