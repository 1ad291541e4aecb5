"""What users see and change of themselves."""

from __future__ import annotations

import strawberry

from graph.accounts.types import User
from graph.permissions import signed_in
from graph.use_cases import Info


@strawberry.type
class ProfileQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[signed_in("accounts:read")],
        description="The caller's own account. UNAUTHENTICATED if nobody is signed in.",
    )
    async def me(self, info: Info) -> User | None:
        return User.of(await info.root_value.accounts.find_me(info.context.actor))
