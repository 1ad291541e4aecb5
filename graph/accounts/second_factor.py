"""The second factor: setting it up, signing in with it, turning it off."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from graph.accounts.profile import Password
from graph.accounts.results import SignedIn
from graph.accounts.types import read_id
from graph.permissions import administrators, anybody, signed_in
from graph.use_cases import Info

CodeArgument = Annotated[
    str, strawberry.argument(description="6 digits from the authenticator, or a recovery code; each is good once.")
]
NewCodeArgument = Annotated[str, strawberry.argument(description="6 digits from the authenticator.")]


@strawberry.type(description="A second factor that is on.")
class SecondFactor:
    """A second factor that is on."""

    confirmed_at: datetime = strawberry.field(description="When it was turned on, UTC (ISO 8601).")
    recovery_codes_left: int = strawberry.field(description="How many recovery codes have not been used.")


@strawberry.type(description="A generator of one-time codes (RFC 6238), to be put into an authenticator.")
class StartedTotp:
    """A generator of one-time codes (RFC 6238), to be put into an authenticator."""

    secret: str = strawberry.field(description="In base32, to be typed.")
    uri: str = strawberry.field(description="An `otpauth://` address, to be shown as a QR code.")


@strawberry.type
class SecondFactorQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[signed_in("accounts:read")],
        description="The caller's second factor; null while it is off.",
    )
    async def my_second_factor(self, info: Info) -> SecondFactor | None:
        status = await info.root_value.second_factor.find(info.context.actor)
        if status is None:
            return None
        return SecondFactor(confirmed_at=status.confirmed_at, recovery_codes_left=status.recovery_codes_left)


@strawberry.type
class SecondFactorMutation:
    """The slice's part of the mutation root."""

    @strawberry.mutation(
        permission_classes=[signed_in("accounts:write")],
        description=(
            "Make a generator of one-time codes for the caller; it is off until `confirmTotp`. FORBIDDEN with reason"
            " WRONG_PASSWORD or SIGN_IN_AGAIN; CONFLICT if one is on. Not for API keys."
        ),
    )
    async def start_totp(self, info: Info, password: Password = None) -> StartedTotp:
        started = await info.root_value.second_factor.start_totp(info.context.actor, password)
        return StartedTotp(secret=started.secret, uri=started.uri)

    @strawberry.mutation(
        permission_classes=[signed_in("accounts:write")],
        description=(
            "Turn the caller's second factor on by a code of the new generator. Answers 10 recovery codes, which are"
            " told this once; each stands in for a code once. FORBIDDEN with reason WRONG_CODE; CONFLICT if none was"
            " started or one is on; RATE_LIMITED. Not for API keys."
        ),
    )
    async def confirm_totp(self, info: Info, code: NewCodeArgument) -> list[str]:
        context = info.context
        return await info.root_value.second_factor.confirm_totp(context.actor, context.client, code)

    @strawberry.mutation(
        permission_classes=[signed_in("accounts:write")],
        description=(
            "Turn the caller's second factor off, by the password or a code. Always true. FORBIDDEN with reason"
            " WRONG_PASSWORD, SIGN_IN_AGAIN or WRONG_CODE; CONFLICT if none is on; RATE_LIMITED. Not for API keys."
        ),
    )
    async def disable_totp(
        self,
        info: Info,
        password: Password = None,
        code: Annotated[
            str | None, strawberry.argument(description="Instead of the password: a code, or a recovery code.")
        ] = None,
    ) -> bool:
        context = info.context
        disable = info.root_value.second_factor.disable_totp
        await disable(context.actor, context.client, password=password, code=code)
        return True

    @strawberry.mutation(
        permission_classes=[signed_in("accounts:write")],
        description=(
            "Replace the caller's recovery codes by 10 new ones, which are told this once. FORBIDDEN with reason"
            " WRONG_CODE; CONFLICT if no second factor is on; RATE_LIMITED. Not for API keys."
        ),
    )
    async def regenerate_recovery_codes(self, info: Info, code: CodeArgument) -> list[str]:
        context = info.context
        return await info.root_value.second_factor.regenerate_recovery_codes(context.actor, context.client, code)

    @strawberry.mutation(
        permission_classes=[anybody("accounts:write")],
        description=(
            "End a sign-in that answered SecondFactorRequired. UNAUTHENTICATED with reason WRONG_CODE, or"
            " CHALLENGE_EXPIRED after 5 minutes, 5 codes, or a change of the account: begin again. RATE_LIMITED."
        ),
    )
    async def confirm_second_factor(
        self,
        info: Info,
        challenge: Annotated[str, strawberry.argument(description="From SecondFactorRequired.")],
        code: CodeArgument,
    ) -> SignedIn:
        return SignedIn.of(await info.root_value.second_factor.confirm(challenge, code, info.context.client))

    @strawberry.mutation(
        permission_classes=[administrators("users:write")],
        description=(
            "Turn off the second factor of a user who has lost it. Always true. NOT_FOUND; FORBIDDEN for oneself and"
            " for users who are not of a lower rung (the service key may for everybody); CONFLICT if none is on."
        ),
    )
    async def reset_second_factor(
        self, info: Info, user_id: Annotated[strawberry.ID, strawberry.argument(description="The user.")]
    ) -> bool:
        context = info.context
        await info.root_value.second_factor.reset(context.actor, context.client, read_id(user_id, "userId"))
        return True
