"""Deleting users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.administration.authority import Targets, lock_targets
from domain.errors import InvalidInputError, SelfgraphError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from domain.administration.authority import Admin
    from domain.administration.ports import OpenAdministration

MAX_DELETED: Final = 100
"""Users that one call deletes."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """What became of one user; `refusal` says why they are still there."""

    user_id: UUID
    refusal: SelfgraphError | None = None


class DeleteUsers:
    """Deletes users with everything that is theirs; only the trail remains."""

    def __init__(self, open_work: OpenAdministration) -> None:
        self._open = open_work

    async def __call__(self, admin: Admin, user_ids: Iterable[UUID]) -> list[Deletion]:
        """Delete those that may be; a result for each id, in the order of their first mention.

        Raises:
            InvalidInputError: there are more than 100.
        """
        ids = list(dict.fromkeys(user_ids))
        if len(ids) > MAX_DELETED:
            raise InvalidInputError(f"At most {MAX_DELETED} users are deleted at once.", ("ids",))
        results: list[Deletion] = []
        async with self._open(revoking=True) as work:
            targets = await lock_targets(work, admin, ids, superadmins=True)
            for user_id in ids:
                refusal = _refusal(admin, targets, user_id)
                results.append(Deletion(user_id, refusal))
                if refusal is None:
                    await work.users.remove(user_id)
                    await work.audit.add(admin.event("user.delete", user_id))
                    targets = Targets(targets.users, targets.superadmins - {user_id})
        return results


def _refusal(admin: Admin, targets: Targets, user_id: UUID) -> SelfgraphError | None:
    try:
        admin.refuse_oneself(user_id)
        admin.refuse_acting_on(targets.get(user_id))
        targets.refuse_last(user_id)
    except SelfgraphError as refusal:
        return refusal
    return None
