"""Signing in and out, and sessions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from graph.accounts.results import LoginResult, SignedIn, login_result
from graph.accounts.types import read_id
from graph.permissions import anybody, signed_in
from graph.use_cases import Info

if TYPE_CHECKING:
    from domain.accounts import sessions as entities


@strawberry.type(description="A sign-in on one device.")
class Session:
    """A sign-in on one device."""

    id: strawberry.ID = strawberry.field(description="UUIDv7.")
    label: str | None = strawberry.field(description="What the user called the device.")
    user_agent: str = strawberry.field(description="What the device called itself; not to be trusted.")
    ip: str = strawberry.field(description="The address that it signed in from.")
    created_at: datetime = strawberry.field(description="When it signed in, UTC (ISO 8601).")
    used_at: datetime = strawberry.field(description="When it last signed in or renewed, UTC (ISO 8601).")
    expires_at: datetime = strawberry.field(description="When it ends unless it is renewed, UTC (ISO 8601).")
    current: bool = strawberry.field(description="Whether it is the caller's own.")
    impersonated: bool = strawberry.field(description="Whether an admin acts as the user in it.")

    @classmethod
    def of(cls, entity: entities.Session, *, current: bool) -> Self:
        """A session of the domain."""
        return cls(
            id=strawberry.ID(str(entity.id)),
            label=entity.label,
            user_agent=entity.user_agent,
            ip=entity.ip,
            created_at=entity.created_at,
            used_at=entity.used_at,
            expires_at=entity.expires_at,
            current=current,
            impersonated=entity.impersonator_id is not None,
        )


@strawberry.type
class SessionQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[signed_in("accounts:read")],
        description="Where the caller is signed in: the live sessions, the last used first, at most 100.",
    )
    async def my_sessions(self, info: Info) -> list[Session]:
        actor = info.context.actor
        found = await info.root_value.accounts.list_sessions(actor)
        return [Session.of(session, current=session.id == actor.session_id) for session in found]


@strawberry.type
class SessionMutation:
    """The slice's part of the mutation root."""

    @strawberry.mutation(
        permission_classes=[anybody("accounts:write")],
        description=(
            "Sign in by a password. UNAUTHENTICATED with reason BAD_CREDENTIALS for whatever is wrong with the name,"
            " the password or the account; RATE_LIMITED after too many attempts."
        ),
    )
    async def login(
        self,
        info: Info,
        identifier: Annotated[str, strawberry.argument(description="The email address or the username.")],
        password: Annotated[str, strawberry.argument(description="The password.")],
        label: Annotated[
            str | None, strawberry.argument(description="What to call the device, at most 100 characters.")
        ] = None,
    ) -> LoginResult:
        accounts, client = info.root_value.accounts, info.context.client
        return login_result(await accounts.log_in(identifier, password, client, label=label))

    @strawberry.mutation(
        permission_classes=[anybody("accounts:write")],
        description=(
            "Exchange a refresh token for a new one and a new access token. The same token gives the same successor for"
            " 10 seconds; later it ends the session. UNAUTHENTICATED with a reason: INVALID, EXPIRED, TOKEN_REUSED,"
            " LOGGED_OUT, REVOKED, PASSWORD_CHANGED, PASSWORD_RESET or DEACTIVATED."
        ),
    )
    async def refresh_session(
        self, info: Info, refresh_token: Annotated[str, strawberry.argument(description="The last one given out.")]
    ) -> SignedIn:
        return SignedIn.of(await info.root_value.accounts.refresh_session(refresh_token, info.context.client))

    @strawberry.mutation(
        permission_classes=[signed_in("accounts:write")],
        description="End the session of the access token that the call is made with. Always true.",
    )
    async def logout(self, info: Info) -> bool:
        await info.root_value.accounts.log_out(info.context.actor)
        return True

    @strawberry.mutation(
        permission_classes=[signed_in("accounts:write")],
        description="End all sessions of the caller, this one too; how many. FORBIDDEN while an admin acts as them.",
    )
    async def logout_all(self, info: Info) -> int:
        return await info.root_value.accounts.log_out_everywhere(info.context.actor)

    @strawberry.mutation(
        permission_classes=[signed_in("accounts:write")],
        description=(
            "End one session of the caller. Always true; NOT_FOUND if the caller has no such live session, FORBIDDEN"
            " while an admin acts as the user."
        ),
    )
    async def revoke_session(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="As in `mySessions`.")],  # noqa: A002 - the argument's name in the schema
    ) -> bool:
        await info.root_value.accounts.revoke_session(info.context.actor, read_id(id))
        return True
