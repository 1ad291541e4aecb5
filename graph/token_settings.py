"""The settings of passwords and tokens, which `Settings` inherits."""

from __future__ import annotations

import json
import re
from typing import Annotated, Final, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.accounts.claim_paths import parse_path
from domain.accounts.tokens import ExternalAlgorithm, SigningAlgorithm
from domain.roles import ADMINISTRATORS
from domain.web_addresses import is_safe_address

_VARIABLE: Final = re.compile(r"x-[a-z0-9]+(-[a-z0-9]+)*")
_OTHER_CLAIMS: Final = frozenset({"role", "roles", "email"})
_ROLE: Final = re.compile(r"[a-z][a-z0-9_-]{0,62}")

Name = Annotated[str, Field(min_length=1, max_length=255)]


class TokenSettings(BaseSettings):
    """How passwords are hashed, how access tokens are signed, and whose tokens are accepted beside our own."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    password_hashing_threads: Annotated[int, Field(ge=1, le=64)] | None = None
    """Passwords that a process hashes at once, 19 MiB of memory each; absent: as many as processors, at most 4."""
    jwt_algorithm: SigningAlgorithm = SigningAlgorithm.HS256
    """What access tokens are signed with: `HS256`, `RS256`, `ES256` or `EdDSA`."""
    jwt_issuer: Name = "selfgraph"
    """`iss` of access tokens."""
    jwt_audience: Name = "selfgraph"
    """`aud` of access tokens."""
    access_token_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    """Minutes that an access token is good for."""
    external_jwt_issuer: Name | None = None
    """`iss` of another issuer whose tokens are accepted; absent: of none."""
    external_jwt_audience: Annotated[tuple[str, ...], NoDecode] = ()
    """`aud` that its tokens must have one of, comma-separated."""
    external_jwt_jwks_url: str | None = None
    """Where it publishes its keys (RFC 7517): `https`, or `http` on the loopback."""
    external_jwt_algorithms: Annotated[tuple[ExternalAlgorithm, ...], NoDecode] = (ExternalAlgorithm.RS256,)
    """What its tokens may be signed with, comma-separated; never a symmetric algorithm."""
    external_jwt_claims: Annotated[dict[str, str], NoDecode] = {}
    """JSON object: session variable, `role`, `roles` or `email` to the path of its claim; beside `x-user-id`: `sub`."""
    external_jwt_default_role: str = "user"
    """Role of its users where the token names none."""
    external_jwt_trust_roles: bool = False
    """Let its tokens make somebody `admin` or `superadmin`."""

    @field_validator("external_jwt_audience", "external_jwt_algorithms", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("external_jwt_algorithms")
    @classmethod
    def _some_algorithm(cls, value: tuple[ExternalAlgorithm, ...]) -> tuple[ExternalAlgorithm, ...]:
        if not value:
            raise ValueError(", ".join(ExternalAlgorithm))
        return value

    @field_validator("external_jwt_jwks_url")
    @classmethod
    def _safe_address(cls, value: str | None) -> str | None:
        if value is not None and not is_safe_address(value):
            raise ValueError("an address such as https://issuer.example/.well-known/jwks.json")
        return value

    @field_validator("external_jwt_claims", mode="before")
    @classmethod
    def _json(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise ValueError('a JSON object such as {"x-company-id": "app_metadata.company"}') from None

    @field_validator("external_jwt_claims")
    @classmethod
    def _paths(cls, value: dict[str, str]) -> dict[str, str]:
        for name, path in value.items():
            if name == "x-role" or not (name in _OTHER_CLAIMS or _VARIABLE.fullmatch(name)):
                raise ValueError(f"{name}: give role, roles, email or a session variable such as x-company-id")
            parse_path(path)
        return value

    @field_validator("external_jwt_default_role")
    @classmethod
    def _role(cls, value: str) -> str:
        if not _ROLE.fullmatch(value):
            raise ValueError("the name of a role")
        return value

    @model_validator(mode="after")
    def _whole_issuer(self) -> Self:
        if self.external_jwt_issuer is None:
            return self
        if not self.external_jwt_audience or self.external_jwt_jwks_url is None:
            raise ValueError("EXTERNAL_JWT_ISSUER needs EXTERNAL_JWT_AUDIENCE and EXTERNAL_JWT_JWKS_URL")
        if self.external_jwt_issuer == self.jwt_issuer:
            raise ValueError("EXTERNAL_JWT_ISSUER and JWT_ISSUER have to differ")
        if self.external_jwt_default_role in ADMINISTRATORS and not self.external_jwt_trust_roles:
            raise ValueError(
                "EXTERNAL_JWT_DEFAULT_ROLE may name an administrator only with EXTERNAL_JWT_TRUST_ROLES=true"
            )
        return self
