"""Acting as a user, to see what they see."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from domain.administration.authority import lock_targets
from domain.errors import ConflictError, ForbiddenError
from domain.roles import outranks

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts.opening import OpenSession, SignedIn
    from domain.administration.authority import Admin
    from domain.administration.ports import OpenAdministration

LIFETIME: Final = timedelta(minutes=15)


class Impersonate:
    """Opens a short session in which an admin acts as somebody below them; the trail names the admin."""

    def __init__(self, open_work: OpenAdministration, open_session: OpenSession) -> None:
        self._open = open_work
        self._open_session = open_session

    async def __call__(self, admin: Admin, user_id: UUID) -> SignedIn:
        """Open it, for 15 minutes.

        Raises:
            ForbiddenError: the caller is no signed-in admin, acts as somebody already, or is not above the user.
            NotFoundError: there is no such user.
            ConflictError: the user may not sign in.
        """
        own_id = _own_id(admin)
        admin.refuse_oneself(user_id)
        async with self._open() as work:
            user = (await lock_targets(work, admin, [user_id])).get(user_id)
            if not outranks(admin.actor.role, user.role):
                raise ForbiddenError("You may act as users below your own role only.")
            if not user.active:
                raise ConflictError("This user is not active.")
            signed_in = await self._open_session.impersonating(
                work, user, admin.client, impersonator_id=own_id, lifetime=LIFETIME
            )
            await work.audit.add(admin.event("user.impersonate", user_id, session=str(signed_in.session_id)))
            return signed_in


def _own_id(admin: Admin) -> UUID:
    actor = admin.actor
    if actor.impersonator_id is not None:
        raise ForbiddenError("End this impersonation first.")
    # A key is no person that the trail could name, and its restrictions would be left behind.
    if actor.user_id is None or actor.session_id is None:
        raise ForbiddenError("Only a signed-in admin may act as a user.")
    return actor.user_id
