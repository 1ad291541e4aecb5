"""What several slices share, opened once a process and closed with it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loguru import logger

from domain.access.states import AccessStates, NoticeKind
from domain.accounts.finishing import FinishSignIn
from domain.accounts.opening import OpenSession
from domain.accounts.passwords import PasswordPolicy
from domain.errors import SelfgraphError
from domain.storage.events import FileEventSubscribers
from graph.settings import shown
from graph.wiring.credentials import external_tokens, password_hasher, signing_keys, token_options
from graph.wiring.objects import open_objects
from graph.wiring.openid import openid_providers
from persistence.access.built_in_keys import keep_built_in_keys
from persistence.access.notices import AccessNotices
from persistence.access.states import PostgresAccessReader
from persistence.accounts.work import PostgresAccounts
from persistence.credentials.common_passwords import BundledCommonPasswords
from persistence.credentials.encryption import Cipher
from persistence.credentials.tokens import JwtAccessTokens
from persistence.images.processes import open_image_processes
from persistence.mail_queue import MAIL_PURPOSE
from persistence.rate_limits import open_rate_limiter
from persistence.sign_in_attempts import PostgresSignInAttempts
from persistence.transactions import Transactions

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from domain.accounts.lockout import SignInAttempts
    from domain.accounts.openid import OpenIdProvider
    from domain.accounts.passwords import PasswordHasher
    from domain.accounts.ports import OpenAccounts
    from domain.accounts.tokens import AccessTokens, ExternalTokens, SigningKeys
    from domain.limits import RateLimiter
    from domain.storage.objects import ObjectStore
    from domain.storage.showing_images import ImageMaker
    from graph.settings import Settings
    from persistence.database import Database

SECOND_FACTOR_PURPOSE = "second_factor"
"""The purpose of the cipher that seals the secrets of second factors."""


@dataclass(frozen=True, slots=True)
class Services:
    """What use cases of several slices are made of."""

    settings: Settings
    database: Database
    secret: str
    transactions: Transactions
    accounts: OpenAccounts
    passwords: PasswordHasher
    policy: PasswordPolicy
    keys: SigningKeys
    tokens: AccessTokens
    external: ExternalTokens | None
    openid_providers: Mapping[str, OpenIdProvider]
    limiter: RateLimiter
    attempts: SignInAttempts
    open_session: OpenSession
    finish_sign_in: FinishSignIn
    states: AccessStates
    objects: ObjectStore
    image_maker: ImageMaker
    file_events: FileEventSubscribers


@asynccontextmanager
async def open_services(settings: Settings, database: Database) -> AsyncGenerator[Services]:
    """Make the services over a migrated database; what they remember follows it until the block is left.

    Raises:
        SelfgraphError: the database cannot be used.
    """
    secret, service_key, anon_key = (
        shown(key) or "" for key in (settings.secret_key, settings.service_key, settings.anon_key)
    )
    await keep_built_in_keys(database, service_key, anon_key)
    keys = signing_keys(settings, database)
    await keys.reload()
    notices = AccessNotices(database)
    states = AccessStates(PostgresAccessReader(database))
    tokens = JwtAccessTokens(keys, token_options(settings))
    transactions = Transactions(database, settle=notices.settle)
    open_session = OpenSession(tokens)
    async with AsyncExitStack() as stack:
        passwords = password_hasher(settings)
        stack.callback(passwords.close)
        external = await stack.enter_async_context(external_tokens(settings))
        providers = await stack.enter_async_context(openid_providers(settings))
        objects = await stack.enter_async_context(open_objects(settings))
        image_maker = await stack.enter_async_context(
            open_image_processes(
                objects,
                workers=settings.image_workers,
                most_pixels=settings.image_max_pixels,
                seconds=settings.storage_timeout,
            )
        )
        limiter = await stack.enter_async_context(
            open_rate_limiter(
                settings.rate_limits,
                redis_url=shown(settings.redis_url),
                workers=settings.workers,
            )
        )
        following = asyncio.create_task(_follow(notices, states, keys))
        stack.push_async_callback(_cancelled, following)
        await notices.connected()
        yield Services(
            settings=settings,
            database=database,
            secret=secret,
            transactions=transactions,
            accounts=postgres_accounts(secret, transactions),
            passwords=passwords,
            policy=PasswordPolicy(BundledCommonPasswords(), settings.app_name),
            keys=keys,
            tokens=tokens,
            external=external,
            openid_providers=providers,
            limiter=limiter,
            attempts=PostgresSignInAttempts(database, secret),
            open_session=open_session,
            finish_sign_in=FinishSignIn(open_session),
            states=states,
            objects=objects,
            image_maker=image_maker,
            file_events=FileEventSubscribers(),
        )


def postgres_accounts(secret: str, transactions: Transactions) -> PostgresAccounts:
    """The transactions on accounts, with what they keep encrypted under SECRET_KEY."""
    return PostgresAccounts(transactions, Cipher(secret, MAIL_PURPOSE), Cipher(secret, SECOND_FACTOR_PURPOSE))


async def _follow(notices: AccessNotices, states: AccessStates, keys: SigningKeys) -> None:
    async for notice in notices.listen():
        states.hear(notice)
        if notice.kind in {NoticeKind.SIGNING_KEYS, NoticeKind.CONNECTED}:
            try:
                await keys.reload()
            except SelfgraphError as error:
                logger.warning("The signing keys could not be read: {}", error.message)


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
