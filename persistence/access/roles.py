"""Keeps roles."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, Text, delete, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from domain.access.errors import RoleUses
from domain.access.roles import Role as RoleEntity
from persistence.errors import domain_errors
from persistence.models import ApiKey, Bucket, FileRule, FunctionRole, Role, RoleInheritance, TablePermission, UserRole

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Row, ScalarSelect
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.access.roles import Inheritance

LOCK: Final = 7_163_842_205_118_871_201
"""The number of the advisory lock (a random one) that changes of the inheritance wait for."""

_INHERITED: Final = func.array(
    select(RoleInheritance.inherits)
    .where(RoleInheritance.role == Role.name)
    .order_by(RoleInheritance.inherits)
    .correlate(Role)
    .scalar_subquery(),
    type_=ARRAY(Text),
)


class PostgresRoles:
    """The port `RoleRepository` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list(self) -> list[RoleEntity]:
        """Every role, the built-in ones first, then by name."""
        rows = await self._session.execute(_select().order_by(Role.built_in.desc(), Role.name))
        return [_role(row) for row in rows]

    async def find(self, name: str) -> RoleEntity | None:
        """The role, or None."""
        row = (await self._session.execute(_select().where(Role.name == name))).one_or_none()
        return _role(row) if row else None

    async def lock_inheritance(self) -> Inheritance:
        """What every role inherits; nobody else changes it until the transaction ends."""
        await self._session.execute(select(func.pg_advisory_xact_lock(LOCK)))
        inherited: defaultdict[str, set[str]] = defaultdict(set)
        for role, name in await self._session.execute(select(RoleInheritance.role, RoleInheritance.inherits)):
            inherited[role].add(name)
        return {role: frozenset(names) for role, names in inherited.items()}

    async def count(self) -> int:
        """How many roles there are."""
        return (await self._session.execute(select(func.count()).select_from(Role))).scalar_one()

    async def add(self, name: str, description: str | None) -> None:
        """Keep a new role.

        Raises:
            RoleTakenError: there is one with this name.
        """
        with domain_errors():
            await self._session.execute(insert(Role).values(name=name, description=description))

    async def describe(self, name: str, description: str | None) -> None:
        """Set the description."""
        await self._session.execute(update(Role).where(Role.name == name).values(description=description))

    async def set_inherited(self, name: str, inherits: Collection[str]) -> None:
        """Replace what a role inherits.

        Raises:
            InvalidInputError: one of them does not exist.
        """
        await self._session.execute(delete(RoleInheritance).where(RoleInheritance.role == name))
        rows = [{"role": name, "inherits": each} for each in sorted(inherits)]
        if rows:
            with domain_errors():
                await self._session.execute(insert(RoleInheritance).values(rows))

    async def lock_uses(self, name: str) -> RoleUses:
        """How much uses the role; nothing begins to until the transaction ends."""
        # Whoever refers to the row takes a share of it first, and so waits; counted afterwards, none is missed.
        await self._session.execute(select(Role.name).where(Role.name == name).with_for_update())
        query = select(
            _count(UserRole.role == name).label("users"),
            _count(ApiKey.role == name).label("keys"),
            _count(RoleInheritance.inherits == name).label("roles"),
            (_count(TablePermission.role == name) + _count(FunctionRole.role == name)).label("permissions"),
            _count_file_rules(name).label("file_rules"),
        )
        row = (await self._session.execute(query)).one()
        return RoleUses(row.users, row.keys, row.roles, row.permissions, row.file_rules)

    async def remove(self, name: str) -> None:
        """Delete the role."""
        await self._session.execute(delete(Role).where(Role.name == name))


def _count(condition: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(condition).scalar_subquery()


def _count_file_rules(role: str) -> ScalarSelect[int]:
    """Those of a bucket that is being removed are seen nowhere, and go with it."""
    gone = exists(select(Bucket.id).where(Bucket.id == FileRule.bucket_id, Bucket.deleted_at.is_not(None)))
    return _count((FileRule.role == role) & ~gone)


def _select() -> Select[*tuple[Any, ...]]:
    return select(Role.name, Role.description, Role.built_in, Role.created_at, _INHERITED.label("inherits"))


def _role(row: Row[*tuple[Any, ...]]) -> RoleEntity:
    return RoleEntity(row.name, row.created_at, row.description, tuple(row.inherits), row.built_in)
