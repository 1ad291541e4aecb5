"""The use cases of roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.access.errors import BuiltInRoleError, RoleInUseError
from domain.access.roles import (
    MAX_DESCRIPTION,
    MAX_ROLES,
    Role,
    custom_role_name,
    inherited_names,
    refuse_bad_inheritance,
)
from domain.audit import AuditEvent
from domain.errors import ConflictError, NotFoundError
from domain.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.access.ports import AccessWork, OpenAccess
    from domain.actor import Actor
    from domain.client import Client


@dataclass(frozen=True, slots=True)
class RoleChanges:
    """What becomes different about a role; the description with `describes` only, the inheritance unless None."""

    description: str | None = None
    describes: bool = False
    inherits: tuple[str, ...] | None = None


class ListRoles:
    """Reads every role."""

    def __init__(self, open_access: OpenAccess) -> None:
        self._open = open_access

    async def __call__(self) -> list[Role]:
        """The built-in ones first, then by name."""
        async with self._open() as work:
            return await work.roles.list()


class FindRole:
    """Reads one role."""

    def __init__(self, open_access: OpenAccess) -> None:
        self._open = open_access

    async def __call__(self, name: str) -> Role | None:
        """The role, or None."""
        async with self._open() as work:
            return await work.roles.find(name)


class CreateRole:
    """Makes a role."""

    def __init__(self, open_access: OpenAccess) -> None:
        self._open = open_access

    async def __call__(
        self, actor: Actor, client: Client, name: str, description: str | None, inherits: Iterable[str]
    ) -> Role:
        """Make it.

        Raises:
            InvalidInputError: the name is none or built in, or an inherited role does not exist or is an admin's.
            ConflictError: the name is taken, there are too many roles, or too many levels of them.
        """
        name = custom_role_name(name)
        description = plain_text(description or "", "description", MAX_DESCRIPTION)
        names = inherited_names(name, inherits)
        async with self._open() as work:
            inheritance = await work.roles.lock_inheritance()
            if await work.roles.count() >= MAX_ROLES:
                raise ConflictError(f"There are at most {MAX_ROLES} roles.")
            refuse_bad_inheritance({**inheritance, name: names}, name)
            await work.roles.add(name, description)
            await work.roles.set_inherited(name, names)
            details = {"inherits": sorted(names)}
            await work.audit.add(AuditEvent.by(actor, client, "role.create", target=f"role:{name}", **details))
            return await _get(work, name)


class UpdateRole:
    """Changes the description of a role, or what it inherits."""

    def __init__(self, open_access: OpenAccess) -> None:
        self._open = open_access

    async def __call__(self, actor: Actor, client: Client, name: str, changes: RoleChanges) -> Role:
        """Change it.

        Raises:
            NotFoundError: there is no such role.
            BuiltInRoleError: it is built in.
            InvalidInputError: an inherited role does not exist or is an admin's.
            ConflictError: the role would inherit itself, or there would be too many levels.
        """
        description = plain_text(changes.description or "", "description", MAX_DESCRIPTION)
        names = None if changes.inherits is None else inherited_names(name, changes.inherits)
        async with self._open(revoking=True) as work:
            inheritance = await work.roles.lock_inheritance()
            await _get_custom(work, name)
            if changes.describes:
                await work.roles.describe(name, description)
            if names is not None:
                refuse_bad_inheritance({**inheritance, name: names}, name)
                await work.roles.set_inherited(name, names)
            details = {} if names is None else {"inherits": sorted(names)}
            await work.audit.add(AuditEvent.by(actor, client, "role.update", target=f"role:{name}", **details))
            return await _get(work, name)


class DeleteRole:
    """Deletes a role that nobody has."""

    def __init__(self, open_access: OpenAccess) -> None:
        self._open = open_access

    async def __call__(self, actor: Actor, client: Client, name: str) -> Role:
        """Delete it; gives what it was.

        Raises:
            NotFoundError: there is no such role.
            BuiltInRoleError: it is built in.
            RoleInUseError: users, keys or other roles have it, or permissions or rules on files are given to it.
        """
        async with self._open(revoking=True) as work:
            await work.roles.lock_inheritance()
            role = await _get_custom(work, name)
            uses = await work.roles.lock_uses(name)
            if uses:
                raise RoleInUseError(name, uses)
            await work.roles.remove(name)
            await work.audit.add(AuditEvent.by(actor, client, "role.delete", target=f"role:{name}"))
            return role


async def _get(work: AccessWork, name: str) -> Role:
    role = await work.roles.find(name)
    if role is None:
        raise NotFoundError("There is no such role.")
    return role


async def _get_custom(work: AccessWork, name: str) -> Role:
    role = await _get(work, name)
    if role.built_in:
        raise BuiltInRoleError(name)
    return role
