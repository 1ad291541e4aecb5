"""Signing in at OpenID providers, and the identities of a user there."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from domain.accounts.openid import ReturnedOpenId
from graph.accounts.profile import Password
from graph.accounts.results import LoginResult, login_result
from graph.permissions import anybody, signed_in
from graph.use_cases import Info

if TYPE_CHECKING:
    from domain.accounts import identities, openid

ProviderArgument = Annotated[str, strawberry.argument(description="A name of `openIdProviders`.")]
RedirectArgument = Annotated[
    str, strawberry.argument(description="Where the browser comes back to: one of OPENID_REDIRECT_URIS, exactly.")
]
CodeArgument = Annotated[str, strawberry.argument(description="The parameter `code` of the redirect.")]
StateArgument = Annotated[str, strawberry.argument(description="The parameter `state` of the redirect.")]
VerifierArgument = Annotated[str, strawberry.argument(description="What the client has kept.")]
IssArgument = Annotated[
    str | None, strawberry.argument(description="The parameter `iss` of the redirect, where there is one (RFC 9207).")
]
LabelArgument = Annotated[
    str | None, strawberry.argument(description="What to call the device, at most 100 characters.")
]


@strawberry.type(description="A sign-in that goes on at the provider.")
class StartedOpenId:
    """A sign-in that goes on at the provider."""

    authorization_url: str = strawberry.field(description="Where to send the browser.")
    state: str = strawberry.field(description="Comes back with the browser; compare it.")
    verifier: str = strawberry.field(
        description="A secret to be kept by the client, in sessionStorage for example, and shown at the end."
    )

    @classmethod
    def of(cls, entity: openid.StartedOpenId) -> Self:
        """What was begun."""
        return cls(authorization_url=entity.authorization_url, state=entity.state, verifier=entity.verifier)


@strawberry.type(description="The caller as an OpenID provider knows them.")
class Identity:
    """The caller as an OpenID provider knows them."""

    provider: str = strawberry.field(description="The provider's name when it was linked.")
    issuer: str = strawberry.field(description="The provider's issuer identifier.")
    subject: str = strawberry.field(description="The user's identifier there.")
    email: str | None = strawberry.field(description="The user's address there when it was linked.")
    linked_at: datetime | None = strawberry.field(description="When it was linked, UTC (ISO 8601).")
    used_at: datetime | None = strawberry.field(description="When it last signed the user in, UTC (ISO 8601).")

    @classmethod
    def of(cls, entity: identities.Identity) -> Self:
        """An identity of the domain."""
        return cls(
            provider=entity.provider,
            issuer=entity.issuer,
            subject=entity.subject,
            email=entity.email,
            linked_at=entity.linked_at,
            used_at=entity.used_at,
        )


@strawberry.type
class OpenIdQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        name="openIdProviders",
        permission_classes=[anybody("accounts:read")],
        description="The names of the OpenID providers that users may sign in at.",
    )
    async def openid_providers(self, info: Info) -> list[str]:
        return list(info.root_value.openid.providers)

    @strawberry.field(
        permission_classes=[signed_in("accounts:read")],
        description="The caller at OpenID providers, the identity that was linked first at the front.",
    )
    async def my_identities(self, info: Info) -> list[Identity]:
        return [Identity.of(each) for each in await info.root_value.openid.list_identities(info.context.actor)]


@strawberry.type
class OpenIdMutation:
    """The slice's part of the mutation root."""

    @strawberry.mutation(
        name="startOpenIdSignIn",
        permission_classes=[anybody("accounts:write")],
        description=(
            "Begin a sign-in at an OpenID provider; it has to be completed within 10 minutes. NOT_FOUND; VALIDATION for"
            " a redirect URI that is not allowed; UNAVAILABLE if the provider cannot be reached; RATE_LIMITED."
        ),
    )
    async def start_openid_sign_in(
        self, info: Info, provider: ProviderArgument, redirect_uri: RedirectArgument
    ) -> StartedOpenId:
        start = info.root_value.openid.start_sign_in
        return StartedOpenId.of(await start(provider, redirect_uri, info.context.client))

    @strawberry.mutation(
        name="completeOpenIdSignIn",
        permission_classes=[anybody("accounts:write")],
        description=(
            "Sign in who came back from a provider; somebody new gets an account. UNAUTHENTICATED with reason"
            " INVALID_STATE or PROVIDER_REFUSED (begin again), or BAD_CREDENTIALS for an account that may not sign in;"
            " CONFLICT with reason LINK_REQUIRED for an address whose account has not proven it (sign in to it, then"
            " `startOpenIdLink`); FORBIDDEN with reason EMAIL_NOT_VERIFIED, or while sign-up is closed; UNAVAILABLE;"
            " RATE_LIMITED."
        ),
    )
    async def complete_openid_sign_in(
        self,
        info: Info,
        code: CodeArgument,
        state: StateArgument,
        verifier: VerifierArgument,
        *,
        iss: IssArgument = None,
        label: LabelArgument = None,
    ) -> LoginResult:
        returned = ReturnedOpenId(code, state, verifier, iss)
        complete = info.root_value.openid.complete_sign_in
        return login_result(await complete(returned, info.context.client, label=label))

    @strawberry.mutation(
        name="startOpenIdLink",
        permission_classes=[signed_in("accounts:write")],
        description=(
            "Begin to link the caller's identity at a provider, which signs them in from then on. FORBIDDEN with reason"
            " WRONG_PASSWORD or SIGN_IN_AGAIN; else as `startOpenIdSignIn`. Not for API keys."
        ),
    )
    async def start_openid_link(
        self, info: Info, provider: ProviderArgument, redirect_uri: RedirectArgument, password: Password = None
    ) -> StartedOpenId:
        context = info.context
        start = info.root_value.openid.start_link
        return StartedOpenId.of(await start(context.actor, provider, redirect_uri, password, context.client))

    @strawberry.mutation(
        name="completeOpenIdLink",
        permission_classes=[signed_in("accounts:write")],
        description=(
            "Link the identity of the caller who came back from a provider. UNAUTHENTICATED with reason INVALID_STATE"
            " or PROVIDER_REFUSED; CONFLICT if an account has it; UNAVAILABLE; RATE_LIMITED. Not for API keys."
        ),
    )
    async def complete_openid_link(
        self, info: Info, code: CodeArgument, state: StateArgument, verifier: VerifierArgument, iss: IssArgument = None
    ) -> Identity:
        context = info.context
        returned = ReturnedOpenId(code, state, verifier, iss)
        return Identity.of(await info.root_value.openid.complete_link(context.actor, returned, context.client))

    @strawberry.mutation(
        permission_classes=[signed_in("accounts:write")],
        description=(
            "Unlink an identity of the caller. Always true. NOT_FOUND; CONFLICT if it is the only way to sign in to the"
            " account. Not for API keys."
        ),
    )
    async def unlink_identity(
        self,
        info: Info,
        issuer: Annotated[str, strawberry.argument(description="As `myIdentities` tells it.")],
        subject: Annotated[str, strawberry.argument(description="As `myIdentities` tells it.")],
    ) -> bool:
        context = info.context
        await info.root_value.openid.unlink(context.actor, issuer, subject, context.client)
        return True
