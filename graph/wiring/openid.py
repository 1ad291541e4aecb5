"""OpenID sign-in."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from domain.accounts.confirming import Confirm
from domain.accounts.openid_linking import CompleteOpenIdLink, ListIdentities, StartOpenIdLink, UnlinkIdentity
from domain.accounts.openid_signing_in import CompleteOpenIdSignIn, StartOpenIdSignIn
from domain.accounts.openid_states import OpenIdStates
from domain.accounts.openid_use_cases import OpenIdUseCases
from graph.account_settings import EmailVerification, SignUp
from graph.settings import shown
from persistence.openid.options import ProviderOptions

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from graph.openid_settings import ProviderSettings
    from graph.settings import Settings
    from graph.wiring.services import Services
    from persistence.openid.provider import HttpOpenIdProvider


@asynccontextmanager
async def openid_providers(settings: Settings) -> AsyncGenerator[dict[str, HttpOpenIdProvider]]:
    """The providers of the settings by their names; nothing is asked of them before the first sign-in."""
    if not settings.providers:
        yield {}
        return
    from persistence.openid.provider import HttpOpenIdProvider  # noqa: PLC0415 - an HTTP client and JOSE, seldom needed

    async with AsyncExitStack() as stack:
        providers: dict[str, HttpOpenIdProvider] = {}
        for given in settings.providers:
            providers[given.name] = HttpOpenIdProvider(_options(given, allow_sign_up=settings.sign_up is SignUp.OPEN))
            stack.push_async_callback(providers[given.name].close)
        yield providers


def openid_use_cases(services: Services) -> OpenIdUseCases:
    """The use cases over the shared services."""
    accounts, settings = services.accounts, services.settings
    states = OpenIdStates(
        accounts=accounts,
        limiter=services.limiter,
        providers=services.openid_providers,
        redirect_uris=frozenset(settings.openid_redirect_uris),
    )
    return OpenIdUseCases(
        providers=states.names,
        start_sign_in=StartOpenIdSignIn(states),
        complete_sign_in=CompleteOpenIdSignIn(
            accounts=accounts,
            states=states,
            finish=services.finish_sign_in,
            verification_required=settings.email_verification is EmailVerification.REQUIRED,
        ),
        start_link=StartOpenIdLink(states, Confirm(accounts, services.passwords, services.limiter)),
        complete_link=CompleteOpenIdLink(accounts, states),
        list_identities=ListIdentities(accounts),
        unlink=UnlinkIdentity(accounts),
    )


def _options(given: ProviderSettings, *, allow_sign_up: bool) -> ProviderOptions:
    return ProviderOptions(
        issuer=given.issuer,
        client_id=given.client_id,
        client_secret=shown(given.client_secret),
        scopes=given.scopes,
        algorithms=given.algorithms,
        allow_sign_up=allow_sign_up if given.allow_sign_up is None else given.allow_sign_up,
        assume_email_verified=given.assume_email_verified,
    )
