"""Finds the rules on files that a caller has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, or_, select

from domain.storage.reach import Action
from domain.storage.rules import FileRule
from persistence.models import Bucket, Role, RoleInheritance
from persistence.models import FileRule as Row

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Row as Selected
    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncSession


class PostgresRules:
    """The port `RuleRepository` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def granted(self, role: str, *bucket_ids: UUID) -> tuple[FileRule, ...]:
        """The rules about these buckets, or about all, of a role and of all roles that it inherits."""
        about = or_(Row.bucket_id.in_(bucket_ids), Row.bucket_id.is_(None))
        query = select_rules().where(about, of_lineage(role)).order_by(Row.id)
        return tuple(rule_of(row) for row in await self._session.execute(query))


def of_lineage(role: str) -> ColumnElement[bool]:
    """The condition that a rule is one of the role, or of one that it inherits."""
    lineage = select(Role.name).where(Role.name == role).cte("lineage", recursive=True)
    lineage = lineage.union(
        select(RoleInheritance.inherits).join(lineage, RoleInheritance.role == lineage.columns.name)
    )
    return Row.role.in_(select(lineage.columns.name))


def select_rules() -> Select[*tuple[Any, ...]]:
    """The rules about buckets that are not deleted, and about all."""
    columns = (Row.id, Row.bucket_id, Bucket.name.label("bucket"), Row.role, Row.action, Row.rule)
    joined = select(*columns).outerjoin(Bucket, Bucket.id == Row.bucket_id)
    return joined.where(Bucket.deleted_at.is_(None))


def rule_of(row: Selected[*tuple[Any, ...]]) -> FileRule:
    """A row of `select_rules`."""
    return FileRule(row.bucket_id, row.bucket, row.role, Action(row.action), row.rule, row.id)
