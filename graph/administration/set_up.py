"""Making the first superadmin."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import strawberry

from domain.accounts import registering
from graph.accounts.results import SignedIn, WeakPassword
from graph.permissions import anybody
from graph.use_cases import Info

SetUpResult: TypeAlias = Annotated[
    SignedIn | WeakPassword, strawberry.union("SetUpResult", description="What becomes of a set-up.")
]


@strawberry.type
class SetUpMutation:
    """The slice's part of the mutation root."""

    @strawberry.mutation(
        permission_classes=[anybody("users:write")],
        description=(
            "Make the first superadmin, by the link that the server prints while there is none. VALIDATION if the "
            "token is not good, or not any more; a weak password leaves it good. CONFLICT for a taken "
            "address; RATE_LIMITED."
        ),
    )
    async def set_up(
        self,
        info: Info,
        token: Annotated[str, strawberry.argument(description="The token of the link.")],
        email: Annotated[str, strawberry.argument(description="The superadmin's address.")],
        password: Annotated[str, strawberry.argument(description="8 to 128 characters; none of the most common.")],
        name: Annotated[str | None, strawberry.argument(description="What they are called.")] = None,
    ) -> SetUpResult:
        result = await info.root_value.administration.set_up(token, email, password, name, info.context.client)
        return WeakPassword.of(result) if isinstance(result, registering.WeakPassword) else SignedIn.of(result)
