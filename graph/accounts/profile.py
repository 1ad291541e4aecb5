"""What users see and change of themselves."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import UNSET

from graph.accounts.types import User
from graph.permissions import signed_in
from graph.use_cases import Info

Password = Annotated[
    str | None,
    strawberry.argument(
        description="The caller's password. An account without one needs none within 10 minutes of a sign-in."
    ),
]


@strawberry.input(description="What users change of themselves: what is left out stays, null takes the value away.")
class UpdateMeInput:
    """What users change of themselves: what is left out stays, null takes the value away."""

    name: str | None = strawberry.field(default=UNSET, description="What to call them, at most 200 characters.")
    bio: str | None = strawberry.field(default=UNSET, description="About themselves, at most 2000 characters.")
    username: str | None = strawberry.field(
        default=UNSET,
        description="Another name to sign in with: 3 to 32 letters a-z, digits, dots, hyphens or underscores.",
    )
    phone: str | None = strawberry.field(default=UNSET, description="A phone number in E.164, such as +41441234567.")
    email: str | None = strawberry.field(
        default=UNSET,
        description=(
            "A new address, never null. It gets a mail, and becomes the account's once it is verified; needs the"
            " password."
        ),
    )
    password: str | None = strawberry.field(
        default=None,
        description="The caller's password, for a new address; none for an account without one, soon after a sign-in.",
    )

    def changes(self) -> dict[str, str | None]:
        """What is given, by the names of the domain."""
        given = {
            "name": self.name,
            "bio": self.bio,
            "username": self.username,
            "phone": self.phone,
            "email": self.email,
        }
        return {name: value for name, value in given.items() if value is not UNSET}


@strawberry.type
class ProfileQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[signed_in("accounts:read")],
        description="The caller's own account. UNAUTHENTICATED if nobody is signed in.",
    )
    async def me(self, info: Info) -> User | None:
        return User.of(await info.root_value.accounts.find_me(info.context.actor))


@strawberry.type
class ProfileMutation:
    """The slice's part of the mutation root."""

    @strawberry.mutation(
        permission_classes=[signed_in("accounts:write")],
        description=(
            "Change what the caller says about themselves; the answer has the old address until the new one is"
            " verified. CONFLICT if the username is taken, FORBIDDEN with reason WRONG_PASSWORD or SIGN_IN_AGAIN."
        ),
    )
    async def update_me(
        self,
        info: Info,
        input: Annotated[UpdateMeInput, strawberry.argument(description="What changes.")],  # noqa: A002 - the argument's name in the schema
    ) -> User:
        context = info.context
        update = info.root_value.accounts.update_me
        return User.of(await update(context.actor, input.changes(), context.client, password=input.password))

    @strawberry.mutation(
        permission_classes=[signed_in("accounts:write")],
        description=(
            "Delete the caller's account with everything that is theirs. Always true; FORBIDDEN with reason"
            " WRONG_PASSWORD or SIGN_IN_AGAIN, CONFLICT for the last active superadmin."
        ),
    )
    async def delete_me(self, info: Info, password: Password = None) -> bool:
        await info.root_value.accounts.delete_me(info.context.actor, password, info.context.client)
        return True
