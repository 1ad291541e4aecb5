"""Who may act on whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.accounts.errors import LastSuperadminError
from domain.audit import AuditEvent
from domain.errors import ForbiddenError, InvalidInputError, NotFoundError
from domain.roles import LADDER, outranks

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from domain.accounts.users import User
    from domain.actor import Actor
    from domain.administration.ports import AdministrationWork
    from domain.client import Client


@dataclass(frozen=True, slots=True)
class Admin:
    """An admin at work: who asks, and from where."""

    actor: Actor
    client: Client

    def may_act_on(self, user: User) -> bool:
        """Whether the user is below the caller; a superadmin, unless by a restricted key, may act on everybody."""
        if self.actor.is_superadmin and self.actor.scopes is None:
            return True
        return outranks(self.actor.role, user.role)

    def is_signed_in_as(self, user_id: UUID) -> bool:
        """Whether this is the account of the session that the call is made in; a key has none."""
        return self.actor.session_id is not None and self.actor.user_id == user_id

    def is_same_as(self, user_id: UUID) -> bool:
        """Whether this is the caller's own account, or that of the admin behind an impersonation."""
        return user_id in {self.actor.user_id, self.actor.impersonator_id}

    def refuse_acting_on(self, user: User) -> None:
        """Raises ForbiddenError unless the user is below the caller."""
        if not self.may_act_on(user):
            raise ForbiddenError("You may do this to users below your own role only.")

    def refuse_oneself(self, user_id: UUID) -> None:
        """Raises ForbiddenError for the caller's own account."""
        if self.is_same_as(user_id):
            raise ForbiddenError("Nobody does this to themselves; ask another admin.")

    def refuse_giving(self, role: str) -> None:
        """The rung that somebody is to stand on.

        Raises:
            InvalidInputError: it is none.
            ForbiddenError: it is above the caller's own, or, for a restricted key, not below it.
        """
        if role not in LADDER:
            raise InvalidInputError(f"The role is one of {', '.join(LADDER)}; custom roles go to roles.", ("role",))
        if outranks(role, self.actor.role) or (self.actor.scopes is not None and not outranks(self.actor.role, role)):
            raise ForbiddenError(f"You may not give the role {role}.")

    def event(self, action: str, user_id: UUID, **details: object) -> AuditEvent:
        """What is kept of an act on a user."""
        return AuditEvent.by(self.actor, self.client, action, target=f"user:{user_id}", **details)


@dataclass(frozen=True, slots=True)
class Targets:
    """Users locked to be changed, and the active superadmins, locked where they were asked for."""

    users: dict[UUID, User]
    superadmins: frozenset[UUID]

    def get(self, user_id: UUID) -> User:
        """The user; raises NotFoundError."""
        user = self.users.get(user_id)
        if user is None:
            raise NotFoundError("There is no such user.")
        return user

    def refuse_last(self, user_id: UUID) -> None:
        """Raises LastSuperadminError if no other active superadmin would be left."""
        if self.superadmins == frozenset((user_id,)):
            raise LastSuperadminError


async def lock_targets(
    work: AdministrationWork, admin: Admin, user_ids: Collection[UUID], *, superadmins: bool = False
) -> Targets:
    """Lock users to be changed; they, and the caller's own rights, stay as they are until the transaction ends.

    Args:
        work: the transaction.
        admin: the caller. A signed-in one is looked at again: somebody may have just taken the role away.
        user_ids: those to be changed; the caller's own account is not among the result unless it is asked for.
        superadmins: whether the act may take a superadmin away, so that others who do wait.

    Raises:
        ForbiddenError: the caller is no admin of this rung any more.
    """
    # Always in this order, so that two admins wait for each other instead of for ever.
    active: frozenset[UUID] = await work.users.lock_superadmins() if superadmins else frozenset()
    own_id = admin.actor.user_id if admin.actor.session_id is not None else None
    found = await work.administered.lock({*user_ids, *(() if own_id is None else (own_id,))})
    if own_id is not None:
        own = found.get(own_id)
        if own is None or not own.active or outranks(admin.actor.role, own.role):
            raise ForbiddenError("Your own rights have just changed.")
    return Targets({user_id: found[user_id] for user_id in user_ids if user_id in found}, active)


class WeakPasswordError(InvalidInputError):
    """The password that an admin chose is refused."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__("The password is too weak: it is short, common, or a name of the account.", ("password",))
        self.reasons = reasons

    def extensions(self) -> dict[str, object]:
        """Why it is refused."""
        return {**super().extensions(), "reasons": list(self.reasons)}
