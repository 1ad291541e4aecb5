"""Passwords and tokens as the settings say."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from graph.settings import shown
from persistence.credentials.passwords import ThreadedPasswordHasher
from persistence.credentials.tokens import TokenOptions
from persistence.signing_keys import SigningKeyRing, SigningKeyStore

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from graph.settings import Settings
    from persistence.credentials.external import JwksExternalTokens
    from persistence.database import Database

_MOST_THREADS: Final = 4


def password_hasher(settings: Settings) -> ThreadedPasswordHasher:
    """What hashes passwords; close it."""
    threads = settings.password_hashing_threads or min(os.cpu_count() or 1, _MOST_THREADS)
    return ThreadedPasswordHasher(threads=threads)


def token_options(settings: Settings) -> TokenOptions:
    """What access tokens say."""
    return TokenOptions(
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
        lifetime=timedelta(minutes=settings.access_token_minutes),
    )


@asynccontextmanager
async def external_tokens(settings: Settings) -> AsyncGenerator[JwksExternalTokens | None]:
    """What verifies the tokens of another issuer for as long as the block lasts; None if the settings name none."""
    if settings.external_jwt_issuer is None or settings.external_jwt_jwks_url is None:
        yield None
        return
    from persistence.credentials.external import (  # noqa: PLC0415 - an HTTP client, seldom needed
        ExternalOptions,
        JwksExternalTokens,
    )
    from persistence.credentials.key_sets import RemoteKeySet  # noqa: PLC0415 - same

    options = ExternalOptions(
        issuer=settings.external_jwt_issuer,
        audiences=settings.external_jwt_audience,
        algorithms=settings.external_jwt_algorithms,
        claims=settings.external_jwt_claims,
        default_role=settings.external_jwt_default_role,
        trust_roles=settings.external_jwt_trust_roles,
    )
    keys = RemoteKeySet(settings.external_jwt_jwks_url)
    try:
        yield JwksExternalTokens(options, keys)
    finally:
        await keys.close()


def signing_key_store(settings: Settings, database: Database) -> SigningKeyStore:
    """The table of signing keys; the settings have their keys (`with_keys`)."""
    secret = shown(settings.secret_key) or ""
    return SigningKeyStore(database, secret, timedelta(minutes=settings.access_token_minutes))


def signing_keys(settings: Settings, database: Database) -> SigningKeyRing:
    """The keys of this process, not read yet."""
    return SigningKeyRing(signing_key_store(settings, database), settings.jwt_algorithm)
