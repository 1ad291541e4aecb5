"""Changing and resetting passwords."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import strawberry

from graph.accounts.profile import Password
from graph.accounts.results import PasswordResult, password_result
from graph.permissions import anybody, signed_in
from graph.use_cases import Info

NewPassword: TypeAlias = Annotated[
    str, strawberry.argument(description="8 to 128 characters; none of the most common passwords.")
]


@strawberry.type
class PasswordMutation:
    """The slice's part of the mutation root."""

    @strawberry.mutation(
        permission_classes=[signed_in("accounts:write")],
        description=(
            "Replace the caller's password. Their other sessions end, and a mail tells of it. FORBIDDEN with reason"
            " WRONG_PASSWORD or SIGN_IN_AGAIN."
        ),
    )
    async def change_password(
        self, info: Info, new_password: NewPassword, old_password: Password = None
    ) -> PasswordResult:
        context = info.context
        change = info.root_value.accounts.change_password
        return password_result(await change(context.actor, old_password, new_password, context.client))

    @strawberry.mutation(
        permission_classes=[anybody("accounts:write")],
        description="Mail a token that sets a new password. Always true, whether or not the address has an account.",
    )
    async def request_password_reset(
        self, info: Info, email: Annotated[str, strawberry.argument(description="The address of the account.")]
    ) -> bool:
        await info.root_value.accounts.request_password_reset(email, info.context.client)
        return True

    @strawberry.mutation(
        permission_classes=[anybody("accounts:write")],
        description=(
            "Set a password by the token of the mail, which is good once and for 2 hours. All sessions end, a lockout"
            " is lifted, the address is verified. VALIDATION if the token is not good; a weak password leaves it good."
        ),
    )
    async def reset_password(
        self,
        info: Info,
        token: Annotated[str, strawberry.argument(description="The token of the mail.")],
        new_password: NewPassword,
    ) -> PasswordResult:
        reset = info.root_value.accounts.reset_password
        return password_result(await reset(token, new_password, info.context.client))
