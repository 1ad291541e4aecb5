"""The settings of accounts, which `Settings` inherits."""

from __future__ import annotations

from enum import StrEnum

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
