"""The settings of OpenID sign-in, which `Settings` inherits."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Final, Self, cast

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.accounts.tokens import ExternalAlgorithm
from domain.web_addresses import is_safe_address

_MOST_PROVIDERS: Final = 20
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:/?/?[^\s#]+", re.IGNORECASE)
_FORBIDDEN_SCHEMES: Final = ("http:", "javascript:", "data:", "file:", "blob:", "vbscript:")

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
Scope = Annotated[str, Field(pattern=r"^[\x21\x23-\x5b\x5d-\x7e]{1,100}$")]


class ProviderSettings(BaseModel):
    """One object of `OPENID_PROVIDERS`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    issuer: Annotated[str, Field(max_length=2000)]
    client_id: Annotated[str, Field(min_length=1, max_length=255)]
    client_secret: SecretStr | None = None
    scopes: Annotated[tuple[Scope, ...], Field(max_length=20)] = ("openid", "email", "profile")
    algorithms: Annotated[tuple[ExternalAlgorithm, ...], Field(min_length=1)] = (
        ExternalAlgorithm.RS256,
        ExternalAlgorithm.ES256,
    )
    allow_sign_up: bool | None = None
    assume_email_verified: bool = False

    @field_validator("issuer")
    @classmethod
    def _safe_issuer(cls, value: str) -> str:
        if not is_safe_address(value) or "?" in value:
            raise ValueError("an address such as https://accounts.google.com, exactly as the provider writes it")
        return value

    @field_validator("scopes")
    @classmethod
    def _with_openid(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if "openid" not in value:
            raise ValueError("scopes have to hold openid")
        return value


class OpenIdSettings(BaseSettings):
    """At which providers users may sign in."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    openid_providers: SecretStr | None = None
    """JSON list of OpenID providers with `name`, `issuer`, `client_id`, `client_secret` and more: openid-connect.md."""
    openid_redirect_uris: Annotated[tuple[str, ...], NoDecode] = ()
    """Addresses of your apps that providers may send users back to, comma-separated; compared exactly."""

    @field_validator("openid_redirect_uris", mode="before")
    @classmethod
    def _separated(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("openid_redirect_uris")
    @classmethod
    def _safe_returns(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_is_return(address) for address in value):
            raise ValueError(
                "https addresses, http on the loopback, or schemes of apps such as com.example.app:/signed-in"
            )
        return value

    @field_validator("openid_providers")
    @classmethod
    def _readable(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _parse(value.get_secret_value())
        return value

    @model_validator(mode="after")
    def _with_returns(self) -> Self:
        if self.providers and not self.openid_redirect_uris:
            raise ValueError("OPENID_PROVIDERS needs OPENID_REDIRECT_URIS")
        return self

    @property
    def providers(self) -> tuple[ProviderSettings, ...]:
        """The providers, in their order."""
        return _parse(self.openid_providers.get_secret_value()) if self.openid_providers else ()


def _parse(text: str) -> tuple[ProviderSettings, ...]:
    """Read the list; what is wrong with it is told without what it holds."""
    try:
        listed: object = json.loads(text)
    except (ValueError, RecursionError):
        listed = None
    if not isinstance(listed, list) or len(cast("list[object]", listed)) > _MOST_PROVIDERS:
        raise ValueError(f"a JSON list of at most {_MOST_PROVIDERS} objects with name, issuer and client_id")
    read = tuple(_read(number, each) for number, each in enumerate(cast("list[object]", listed), 1))
    if len({each.name for each in read}) < len(read) or len({each.issuer for each in read}) < len(read):
        raise ValueError("every provider has a name and an issuer of its own")
    return read


def _read(number: int, given: object) -> ProviderSettings:
    try:
        return ProviderSettings.model_validate(given)
    except ValidationError as error:
        lines = (_explain(cast("dict[str, Any]", line)) for line in error.errors(include_input=False))
        raise ValueError(f"provider {number}: {'; '.join(lines)}") from None


def _explain(line: dict[str, Any]) -> str:
    place = ".".join(str(part) for part in line["loc"])
    message = str(line["msg"]).removeprefix("Value error, ")
    return f"{place}: {message}" if place else message


def _is_return(address: str) -> bool:
    if is_safe_address(address):
        return True
    # Apps have schemes of their own (RFC 8252, section 7.1); those that run what follows them are no address.
    return (
        _SCHEME.fullmatch(address) is not None
        and address.isprintable()
        and not address.lower().startswith((*_FORBIDDEN_SCHEMES, "https:"))
    )
