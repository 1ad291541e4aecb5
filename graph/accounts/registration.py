"""Signing up and verifying an address."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.accounts.registering import Registration
from graph.accounts.results import RegisterResult, register_result
from graph.accounts.types import User
from graph.permissions import anybody
from graph.use_cases import Info


@strawberry.input(description="What somebody gives to sign up.")
class RegisterInput:
    """What somebody gives to sign up."""

    email: str = strawberry.field(description="An ASCII email address; case does not matter.")
    password: str = strawberry.field(description="8 to 128 characters; none of the most common passwords.")
    name: str | None = strawberry.field(default=None, description="What to call them, at most 200 characters.")
    username: str | None = strawberry.field(
        default=None,
        description="Another name to sign in with: 3 to 32 letters a-z, digits, dots, hyphens or underscores.",
    )


@strawberry.type
class RegistrationMutation:
    """The slice's part of the mutation root."""

    @strawberry.mutation(
        permission_classes=[anybody("accounts:write")],
        description=(
            "Open an account; a mail asks to verify its address. Where verification is required, an address that has an"
            " account gets the same answer, and its owner a mail. FORBIDDEN if signing up is closed."
        ),
    )
    async def register(
        self,
        info: Info,
        input: Annotated[RegisterInput, strawberry.argument(description="Who signs up.")],  # noqa: A002 - the argument's name in the schema
    ) -> RegisterResult:
        registration = Registration(input.email, input.password, input.username, input.name)
        return register_result(await info.root_value.accounts.register(registration, info.context.client))

    @strawberry.mutation(
        permission_classes=[anybody("accounts:write")],
        description=(
            "Verify an address by the token that was mailed to it; an address asked for by `updateMe` becomes the"
            " account's. VALIDATION if the token is not good, has expired or was used."
        ),
    )
    async def verify_email(
        self, info: Info, token: Annotated[str, strawberry.argument(description="The token of the mail.")]
    ) -> User:
        return User.of(await info.root_value.accounts.verify_email(token, info.context.client))

    @strawberry.mutation(
        permission_classes=[anybody("accounts:write")],
        description="Send the mail that verifies an address again. Always true, whether or not it has an account.",
    )
    async def resend_verification(
        self, info: Info, email: Annotated[str, strawberry.argument(description="The address to verify.")]
    ) -> bool:
        await info.root_value.accounts.resend_verification(email, info.context.client)
        return True
