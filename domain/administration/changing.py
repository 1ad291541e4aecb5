"""Changing users: what they are called, whether they may sign in, and their roles."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from domain.accounts.mails import email_changed
from domain.accounts.one_time import Purpose
from domain.accounts.sessions import EndReason
from domain.accounts.users import MAX_BIO, display_name, normal_email, normal_phone, normal_username
from domain.administration.authority import Admin, lock_targets
from domain.administration.claims import normal_claims
from domain.administration.creating import custom_roles
from domain.errors import ForbiddenError, InvalidInputError
from domain.roles import ADMINISTRATORS, SUPERADMIN
from domain.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from uuid import UUID

    from domain.accounts.users import User
    from domain.administration.ports import AdministrationWork, OpenAdministration

_TEXTS: Final[Mapping[str, Callable[[str], str | None]]] = {
    "email": normal_email,
    "username": normal_username,
    "phone": normal_phone,
    "name": display_name,
    "bio": lambda text: plain_text(text, "bio", MAX_BIO),
}


class UpdateUser:
    """Changes what an account says about its user."""

    def __init__(self, open_work: OpenAdministration) -> None:
        self._open = open_work

    async def __call__(self, admin: Admin, user_id: UUID, changes: Mapping[str, object]) -> User:
        """Change the user.

        Another address is not verified unless that is said too; the old one is told of it.

        Args:
            admin: the caller.
            user_id: whom.
            changes: email, username, phone, name and bio with their text, or None to have none (but an email); claims,
                all of them; email_verified.

        Raises:
            InvalidInputError: a value is not written as it has to be.
            NotFoundError: there is no such user.
            ForbiddenError: the user is not below the caller, nor the caller; or it is the caller's own address.
            EmailTakenError: another account has the address.
            UsernameTakenError: another account has the username.
        """
        values = _values(changes)
        async with self._open(revoking=True) as work:
            user = (await lock_targets(work, admin, [user_id])).get(user_id)
            moved = "email" in values and values["email"] != user.email
            if admin.is_signed_in_as(user_id):
                _refuse_own_address(changes, moved=moved)
            else:
                admin.refuse_acting_on(user)
            if moved:
                values.setdefault("email_verified_at", None)
            if not values:
                return user
            updated = await work.users.update(user_id, values)
            if moved:
                await _forget_old_address(work, user, updated)
            await work.audit.add(admin.event("user.update", user_id, fields=sorted(changes)))
            return updated


class SetUserActive:
    """Lets a user sign in, or keeps them from it."""

    def __init__(self, open_work: OpenAdministration) -> None:
        self._open = open_work

    async def __call__(self, admin: Admin, user_id: UUID, *, active: bool) -> User:
        """Set it; all sessions of a user who may not sign in end at once.

        Raises:
            NotFoundError: there is no such user.
            ForbiddenError: it is the caller, or somebody not below the caller.
            LastSuperadminError: no other active superadmin would be left.
        """
        admin.refuse_oneself(user_id)
        async with self._open(revoking=True) as work:
            targets = await lock_targets(work, admin, [user_id], superadmins=True)
            user = targets.get(user_id)
            admin.refuse_acting_on(user)
            if user.active == active:
                return user
            if not active:
                targets.refuse_last(user_id)
                await work.sessions.end_all(user_id, EndReason.DEACTIVATED)
            updated = await work.users.update(user_id, {"active": active})
            await work.audit.add(admin.event("user.activate" if active else "user.deactivate", user_id))
            return updated


class SetUserRoles:
    """Puts a user on a rung of the ladder, and gives them custom roles."""

    def __init__(self, open_work: OpenAdministration) -> None:
        self._open = open_work

    async def __call__(
        self, admin: Admin, user_id: UUID, role: str | None = None, roles: Iterable[str] | None = None
    ) -> User:
        """Set what is given; it acts at once, in running sessions too.

        Raises:
            InvalidInputError: a role is none, or is none that can be given here.
            NotFoundError: there is no such user.
            ForbiddenError: it is the caller, somebody not below the caller, or a role above the caller's own.
            LastSuperadminError: no other active superadmin would be left.
        """
        admin.refuse_oneself(user_id)
        if role is not None:
            admin.refuse_giving(role)
        custom = None if roles is None else custom_roles(roles)
        async with self._open(revoking=True) as work:
            targets = await lock_targets(work, admin, [user_id], superadmins=True)
            user = targets.get(user_id)
            admin.refuse_acting_on(user)
            if role not in {None, SUPERADMIN}:
                targets.refuse_last(user_id)
            if custom is not None:
                await work.administered.set_roles(user_id, custom)
            if role is not None and role != user.role and user.role in ADMINISTRATORS:
                await work.administered.end_impersonations(user_id, EndReason.REVOKED)
            updated = await work.users.update(user_id, {} if role is None else {"role": role})
            details = {"role": updated.role, "roles": list(updated.roles), "before": [user.role, *user.roles]}
            await work.audit.add(admin.event("user.set_roles", user_id, **details))
            return updated


def _values(changes: Mapping[str, object]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, value in changes.items():
        match name, value:
            case "claims", _:
                values[name] = normal_claims(value)
            case "email_verified", bool():
                values["email_verified_at"] = datetime.now(UTC) if value else None
            case _, str() if name in _TEXTS:
                values[name] = _TEXTS[name](value)
            case (("username" | "phone" | "name" | "bio"), None):
                values[name] = None
            case _:
                raise InvalidInputError("This cannot be null.", (name,))
    return values


def _refuse_own_address(changes: Mapping[str, object], *, moved: bool) -> None:
    # It needs the password: whoever finds an open session would have the account for good.
    if moved or "email_verified" in changes:
        raise ForbiddenError("Change your own address by updateMe.")


async def _forget_old_address(work: AdministrationWork, user: User, updated: User) -> None:
    # Whoever reads the old address must not be able to take the account back, or to give it that address again.
    await work.one_time_tokens.remove_all(user.id, Purpose.RESET_PASSWORD)
    await work.one_time_tokens.remove_all(user.id, Purpose.VERIFY_EMAIL)
    await work.mail.add(email_changed(user.email, updated))
