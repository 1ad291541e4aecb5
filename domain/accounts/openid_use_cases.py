"""What the outer face may ask of OpenID sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.accounts.openid_linking import CompleteOpenIdLink, ListIdentities, StartOpenIdLink, UnlinkIdentity
    from domain.accounts.openid_signing_in import CompleteOpenIdSignIn, StartOpenIdSignIn


@dataclass(frozen=True, slots=True)
class OpenIdUseCases:
    """The use cases of OpenID sign-in, wired, and the names of the providers."""

    providers: tuple[str, ...]
    start_sign_in: StartOpenIdSignIn
    complete_sign_in: CompleteOpenIdSignIn
    start_link: StartOpenIdLink
    complete_link: CompleteOpenIdLink
    list_identities: ListIdentities
    unlink: UnlinkIdentity
