"""The settings of rate limits, which `Settings` inherits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.limits import parse_rule

if TYPE_CHECKING:
    from domain.limits import Rules

_PREFIX: Final = "rate_limit_"
_QUERY: Final = re.compile(r"(db=\d{1,3})?")


class RateLimitSettings(BaseSettings):
    """How often something may be done, and where that is counted; each `rate_limit_` is named after its operation."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    redis_url: SecretStr | None = None
    """`redis://`, `rediss://` or `unix://`: counts rate limits for all processes; absent: each counts by itself."""
    rate_limit_operations: str = "6000/minute"
    """GraphQL operations of one caller."""
    rate_limit_login: str = "10/minute per address, 50/hour per account"
    """Passwords tried; addresses that an account has signed in from are spared its own rate."""
    rate_limit_second_factor: str = "30/15 minutes per address, 10/15 minutes per account"
    """One-time codes tried."""
    rate_limit_openid: str = "60/10 minutes per address"
    """Sign-ins at OpenID providers begun and completed."""
    rate_limit_refresh: str = "300/minute per address, 30/minute per account"
    """Refresh tokens exchanged."""
    rate_limit_register: str = "20/hour per address"
    """Accounts opened."""
    rate_limit_verification: str = "30/hour per address, 5/hour per account"
    """Mails asked for that verify an address, and tokens of them used."""
    rate_limit_password_reset: str = "30/hour per address, 5/hour per account"  # noqa: S105 - a rate
    """Mails asked for because a password is forgotten, and tokens of them used."""
    rate_limit_password_change: str = "10/hour per account"  # noqa: S105 - a rate
    """Passwords given again by signed-in users."""
    rate_limit_api_keys: str = "60/hour"
    """API keys made and rotated."""
    rate_limit_images: str = "120/minute"
    """Images made of files for one address; those that are kept are not counted."""
    rate_limit_uploads: str = "600/minute"
    """Uploads begun and files copied by one caller."""

    @field_validator("*")
    @classmethod
    def _rule(cls, value: object, field: ValidationInfo) -> object:
        if isinstance(value, str) and (field.field_name or "").startswith(_PREFIX):
            parse_rule(value)
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        accepted = "redis://:password@host:6379/0, rediss:// for TLS, or unix:///path"
        try:
            parts = urlsplit(value.get_secret_value())
            _ = parts.port
        except ValueError:
            raise ValueError(accepted) from None
        place = {"redis": parts.hostname, "rediss": parts.hostname, "unix": parts.path}.get(parts.scheme)
        # Other options of the client's are ours to set.
        if not place or not _QUERY.fullmatch(parts.query):
            raise ValueError(accepted)
        return value

    @property
    def rate_limits(self) -> Rules:
        """The rates of every operation."""
        return {
            name.removeprefix(_PREFIX): parse_rule(getattr(self, name))
            for name in RateLimitSettings.model_fields
            if name.startswith(_PREFIX)
        }
