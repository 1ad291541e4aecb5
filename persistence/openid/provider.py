"""One provider, asked over HTTP."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode, urlsplit

from loguru import logger

from domain.accounts.errors import OpenIdRefusedError
from domain.accounts.openid import ProviderClaims
from domain.errors import UnavailableError
from persistence.credentials.key_sets import RemoteKeySet
from persistence.openid.discovery import Discovery
from persistence.openid.http import ProviderHttp, ProviderStatusError, ProviderUnreachableError
from persistence.openid.id_tokens import IdTokenError, key_id, verified_claims

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from domain.accounts.openid import Secrets
    from persistence.openid.discovery import ProviderMetadata
    from persistence.openid.options import ProviderOptions

_LONGEST_TEXT: Final = 1000


class HttpOpenIdProvider:
    """The port `OpenIdProvider`: authorization code flow with PKCE (S256), as RFC 9700 wants it."""

    def __init__(self, options: ProviderOptions, *, keys: Callable[[str], RemoteKeySet] = RemoteKeySet) -> None:
        self._options = options
        self._http = ProviderHttp(options.timeout)
        self._discovery = Discovery(options.issuer, self._http)
        self._make_keys = keys
        self._keys: tuple[str, RemoteKeySet] | None = None

    @property
    def allow_sign_up(self) -> bool:
        """Whether a user it knows gets a new account here."""
        return self._options.allow_sign_up

    async def close(self) -> None:
        """Close the connections."""
        if self._keys is not None:
            await self._keys[1].close()
        await self._http.close()

    async def authorization_url(self, *, redirect_uri: str, state: str, secrets: Secrets) -> str:
        """Where the sign-in goes on.

        Raises:
            UnavailableError: the provider cannot be reached, or says of itself what cannot be believed.
        """
        endpoint = (await self._metadata()).authorization_endpoint
        challenge = base64.urlsafe_b64encode(hashlib.sha256(secrets.code_verifier.encode()).digest())
        parameters = {
            "response_type": "code",
            "client_id": self._options.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(self._options.scopes),
            "state": state,
            "nonce": secrets.nonce,
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(parameters)}"

    async def claims(self, *, code: str, redirect_uri: str, iss: str | None, secrets: Secrets) -> ProviderClaims:
        """Exchange the code for what the provider says about the user, and verify it.

        Raises:
            OpenIdRefusedError: the provider refuses the code, or what it says does not verify.
            UnavailableError: the provider cannot be reached.
        """
        metadata = await self._metadata()
        if iss != self._options.issuer and (iss is not None or metadata.tells_issuer):
            # RFC 9207: another provider has sent the browser back; this one must not get its code.
            raise self._refused("the answer names another issuer, or none")
        try:
            return await self._exchange(metadata, code, redirect_uri, secrets)
        except (IdTokenError, ProviderStatusError) as error:
            raise self._refused(str(error)) from error
        except ProviderUnreachableError as error:
            raise self._unreachable(error) from error

    async def _exchange(
        self, metadata: ProviderMetadata, code: str, redirect_uri: str, secrets: Secrets
    ) -> ProviderClaims:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": secrets.code_verifier,
        }
        more, headers = self._authentication(metadata)
        tokens = await self._http.post(metadata.token_endpoint, form | more, headers)
        id_token, access_token = tokens.get("id_token"), _text(tokens.get("access_token"), 16_384)
        if not isinstance(id_token, str):
            raise IdTokenError("there is none")
        claims = await self._verify(metadata, id_token, secrets.nonce, access_token)
        if "email" not in claims and metadata.userinfo_endpoint is not None and access_token is not None:
            claims |= await self._user_info(metadata.userinfo_endpoint, access_token, claims["sub"])
        return self._read(claims)

    def _authentication(self, metadata: ProviderMetadata) -> tuple[dict[str, str], dict[str, str]]:
        """What proves who we are, in the form and in the headers (RFC 6749, section 2.3.1)."""
        client_id, secret = self._options.client_id, self._options.client_secret
        if secret is None:
            return {"client_id": client_id}, {}
        if metadata.secret_in_form:
            return {"client_id": client_id, "client_secret": secret}, {}
        pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
        return {}, {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    async def _verify(
        self, metadata: ProviderMetadata, id_token: str, nonce: str, access_token: str | None
    ) -> dict[str, Any]:
        algorithm, kid = key_id(id_token, self._options)
        key = await (await self._key_set(metadata.jwks_uri)).find(kid)
        if key is None:
            raise IdTokenError("signed by a key that the provider does not publish")
        return verified_claims(id_token, key, algorithm, self._options, nonce=nonce, access_token=access_token)

    async def _key_set(self, address: str) -> RemoteKeySet:
        if self._keys is not None and self._keys[0] == address:
            return self._keys[1]
        outdated, keys = self._keys, self._make_keys(address)
        self._keys = (address, keys)
        if outdated is not None:
            await outdated[1].close()
        return keys

    async def _user_info(self, address: str, access_token: str, subject: str) -> dict[str, Any]:
        told = await self._http.get(address, bearer=access_token)
        if told.get("sub") != subject:  # section 5.3.2: it may be about somebody else
            raise IdTokenError("the user info are about another subject")
        return {name: told[name] for name in ("email", "email_verified", "name") if name in told}

    def _read(self, claims: Mapping[str, Any]) -> ProviderClaims:
        # Some providers (Cognito, Apple) tell the truth as text.
        verified = claims.get("email_verified", self._options.assume_email_verified) in (True, "true")
        return ProviderClaims(
            issuer=self._options.issuer,
            subject=claims["sub"],
            email=_text(claims.get("email")),
            email_verified=verified,
            name=_text(claims.get("name")),
        )

    async def _metadata(self) -> ProviderMetadata:
        try:
            return await self._discovery.metadata()
        except ProviderUnreachableError as error:
            raise self._unreachable(error) from error

    def _refused(self, why: str) -> OpenIdRefusedError:
        logger.warning("A sign-in at {} is refused: {}", self._options.issuer, why)
        return OpenIdRefusedError()

    def _unreachable(self, error: ProviderUnreachableError) -> UnavailableError:
        logger.warning("The provider {} cannot be used: {}", self._options.issuer, error)
        return UnavailableError("The provider cannot be reached now; try again.")


def _text(value: object, limit: int = _LONGEST_TEXT) -> str | None:
    return value if isinstance(value, str) and len(value) <= limit else None
