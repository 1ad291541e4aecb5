"""Signing in at an OpenID provider (OpenID Connect Core 1.0, authorization code flow with PKCE)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ProviderClaims:
    """What a provider said about a user, verified.

    Attributes:
        issuer: the provider's issuer identifier.
        subject: the user's identifier there.
        email: the user's address; None if the provider told none.
        email_verified: whether the provider vouches for it.
        name: what they are called there.
    """

    issuer: str
    subject: str
    email: str | None = None
    email_verified: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Secrets:
    """What binds the parts of one sign-in to each other; kept nowhere.

    Attributes:
        nonce: comes back in the id token (OpenID Connect Core 1.0, section 3.1.2.1).
        code_verifier: shown to the provider with the code (RFC 7636).
    """

    nonce: str = field(repr=False)
    code_verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StartedOpenId:
    """A sign-in that goes on at the provider.

    Attributes:
        authorization_url: where to send the browser.
        state: comes back to the redirect URI with the code.
        verifier: stays with the client, which shows it at the end: nobody can have their own sign-in completed in
            somebody else's browser (RFC 9700, section 4.7).
    """

    authorization_url: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReturnedOpenId:
    """What the client has after the user's return from the provider.

    Attributes:
        code: the authorization code.
        state: as it came back.
        verifier: what the client kept.
        iss: as it came back (RFC 9207); None if it did not.
    """

    code: str = field(repr=False)
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    iss: str | None = None


class OpenIdProvider(Protocol):
    """The port to one provider."""

    @property
    def allow_sign_up(self) -> bool:
        """Whether a user it knows gets a new account here."""
        ...

    async def authorization_url(self, *, redirect_uri: str, state: str, secrets: Secrets) -> str:
        """Where the sign-in goes on.

        Raises:
            UnavailableError: the provider cannot be reached, or says of itself what cannot be believed.
        """
        ...

    async def claims(self, *, code: str, redirect_uri: str, iss: str | None, secrets: Secrets) -> ProviderClaims:
        """Exchange the code for what the provider says about the user, and verify it.

        Raises:
            OpenIdRefusedError: the provider refuses the code, or what it says does not verify.
            UnavailableError: the provider cannot be reached.
        """
        ...
