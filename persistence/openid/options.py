"""What is known about a provider beforehand."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.accounts.tokens import ExternalAlgorithm


@dataclass(frozen=True, slots=True)
class ProviderOptions:
    """One provider.

    Attributes:
        issuer: its issuer identifier; `/.well-known/openid-configuration` is below it.
        client_id: what it calls us.
        client_secret: what we prove that by; None: by PKCE alone.
        scopes: what is asked for.
        algorithms: what its id tokens may be signed with.
        allow_sign_up: whether a user it knows gets a new account here.
        assume_email_verified: whether its addresses are good where it does not say that they are verified.
        timeout: seconds that a request to it may take.
    """

    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    algorithms: tuple[ExternalAlgorithm, ...] = (ExternalAlgorithm.RS256, ExternalAlgorithm.ES256)
    allow_sign_up: bool = True
    assume_email_verified: bool = False
    timeout: float = 5.0
