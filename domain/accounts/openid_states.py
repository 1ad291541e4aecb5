"""The two ends of a sign-in at a provider: before the browser goes there, and after it came back."""

from __future__ import annotations

import base64
import hmac
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from domain.accounts.errors import OpenIdRefusedError, OpenIdStateError
from domain.accounts.one_time import LIFETIMES, OneTimeToken, Purpose
from domain.accounts.openid import Secrets, StartedOpenId
from domain.errors import InvalidInputError, NotFoundError
from domain.identifiers import digest, new_secret
from domain.limits import OPENID, address_subject

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.accounts.openid import OpenIdProvider, ProviderClaims, ReturnedOpenId
    from domain.accounts.ports import OpenAccounts
    from domain.client import Client
    from domain.limits import RateLimiter

LONGEST_CODE: Final = 4096
"""Characters of an authorization code; those of Entra have more than a thousand."""


class OpenIdStates:
    """Begins sign-ins at providers and takes them up again, each once.

    Args:
        accounts: begins transactions.
        limiter: limits how often an address does this.
        providers: by their names.
        redirect_uris: where browsers may come back to; nothing else is accepted (RFC 9700, section 4.1.3).
    """

    def __init__(
        self,
        *,
        accounts: OpenAccounts,
        limiter: RateLimiter,
        providers: Mapping[str, OpenIdProvider],
        redirect_uris: frozenset[str],
    ) -> None:
        self._accounts = accounts
        self._limiter = limiter
        self._providers = providers
        self._redirect_uris = redirect_uris

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the providers, in the order of the settings."""
        return tuple(self._providers)

    async def begin(
        self, name: str, redirect_uri: str, client: Client, *, user_id: UUID | None = None
    ) -> StartedOpenId:
        """Begin one at the provider of this name.

        Args:
            name: of the provider.
            redirect_uri: where the browser is to come back to.
            client: where the call comes from.
            user_id: who links an identity; None for a sign-in.

        Raises:
            NotFoundError: there is no such provider.
            InvalidInputError: the redirect URI is not allowed.
            RateLimitedError: there were too many.
            UnavailableError: the provider cannot be reached.
        """
        provider = self._providers.get(name)
        if provider is None:
            raise NotFoundError("There is no such provider.")
        if redirect_uri not in self._redirect_uris:
            raise InvalidInputError("This redirect URI is not allowed.", ("redirectUri",))
        await self._limiter.hit(OPENID, address_subject(client.address))
        state, verifier = new_secret(), new_secret()
        url = await provider.authorization_url(
            redirect_uri=redirect_uri, state=state, secrets=_secrets(state, verifier)
        )
        data = {"provider": name, "redirect_uri": redirect_uri, "verifier": digest(verifier).hex()}
        expires_at = datetime.now(UTC) + LIFETIMES[Purpose.OPENID]
        async with self._accounts() as work:
            await work.one_time_tokens.add(OneTimeToken(digest(state), Purpose.OPENID, expires_at, user_id, data))
        return StartedOpenId(url, state, verifier)

    async def complete(
        self, returned: ReturnedOpenId, client: Client, *, user_id: UUID | None = None
    ) -> tuple[str, OpenIdProvider, ProviderClaims]:
        """The provider with its name, and what it says about the user; the state is used up.

        Raises:
            OpenIdStateError: the state is not good, or not of this client, user and act.
            OpenIdRefusedError: the provider refuses the code, or what it says does not verify.
            RateLimitedError: there were too many.
            UnavailableError: the provider cannot be reached.
        """
        await self._limiter.hit(OPENID, address_subject(client.address))
        if len(returned.code) > LONGEST_CODE:
            raise OpenIdRefusedError
        token = await self._take(returned, user_id)
        name, redirect_uri = str(token.data["provider"]), str(token.data["redirect_uri"])
        provider = self._providers.get(name)
        if provider is None:
            raise OpenIdStateError
        claims = await provider.claims(
            code=returned.code,
            redirect_uri=redirect_uri,
            iss=returned.iss,
            secrets=_secrets(returned.state, returned.verifier),
        )
        return name, provider, claims

    async def _take(self, returned: ReturnedOpenId, user_id: UUID | None) -> OneTimeToken:
        """Take the state; one that is shown by somebody else stays, so that nobody can spoil a sign-in."""
        state_hash = digest(returned.state)
        async with self._accounts() as work:
            token = await work.one_time_tokens.find(state_hash, Purpose.OPENID)
            if token is None or token.user_id != user_id:
                raise OpenIdStateError
            if not hmac.compare_digest(str(token.data["verifier"]), digest(returned.verifier).hex()):
                raise OpenIdStateError
            await work.one_time_tokens.take(state_hash, Purpose.OPENID)
        return token


def _secrets(state: str, verifier: str) -> Secrets:
    # They follow from what the client has to show again, so the server need not keep them.
    return Secrets(nonce=_derive("nonce", state, verifier), code_verifier=_derive("pkce", state, verifier))


def _derive(use: str, state: str, verifier: str) -> str:
    return base64.urlsafe_b64encode(digest(f"{use}\n{state}\n{verifier}")).rstrip(b"=").decode()
