"""Lists and changes the rules on files, and tries their constants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from domain.errors import InvalidInputError
from domain.paging import page_of
from domain.tables.plan import Parameter
from persistence.errors import domain_errors, driver_error, may_be_a_value, translate
from persistence.keyset import windowed
from persistence.models import FileRule as Row
from persistence.sql.binder import Binder
from persistence.sql.fragments import joined, sql
from persistence.sql.predicates import trial
from persistence.storage.embedding import embedded
from persistence.storage.rules import rule_of, select_rules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.paging import Order, Page, Window
    from domain.storage.reach import Action
    from domain.storage.rule_constants import Constant
    from domain.storage.rules import FileRule

_AT_ONCE: Final = 500
"""Constants that are tried by one statement; PostgreSQL has 1664 columns at most."""


class PostgresRuleChanges:
    """The port `RuleChanges` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, bucket_id: UUID | None, role: str | None, order: Order, window: Window) -> Page[FileRule]:
        """The rules of a window: about a bucket, or of a role, where that is given."""
        query = select_rules()
        if bucket_id is not None:
            query = query.where(Row.bucket_id == bucket_id)
        if role is not None:
            query = query.where(Row.role == role)
        columns = [(key, getattr(Row, key.attribute).expression) for key in order.keys]
        return page_of([rule_of(row) for row in await self._session.execute(windowed(query, columns, window))], window)

    async def set(self, rule: FileRule) -> FileRule:
        """Keep a rule in place of the one about the same.

        Raises:
            InvalidInputError: there is no such role.
        """
        values = {"id": rule.id, "bucket_id": rule.bucket_id, "role": rule.role, "action": rule.action.value}
        statement = insert(Row).values({**values, "rule": dict(rule.rule)})
        everywhere = rule.bucket_id is None
        statement = statement.on_conflict_do_update(
            index_elements=[Row.role, Row.action] if everywhere else [Row.bucket_id, Row.role, Row.action],
            index_where=Row.bucket_id.is_(None) if everywhere else Row.bucket_id.is_not(None),
            set_={"rule": statement.excluded.rule},
        )
        with domain_errors():
            kept = (await self._session.execute(statement.returning(Row.id))).scalar_one()
        return rule_of((await self._session.execute(select_rules().where(Row.id == kept))).one())

    async def drop(self, bucket_id: UUID | None, role: str, action: Action) -> FileRule | None:
        """Forget a rule; what it was, or None if there is none."""
        about: ColumnElement[bool] = Row.bucket_id.is_not_distinct_from(bucket_id)
        query = select_rules().where(about, Row.role == role, Row.action == action.value)
        row = (await self._session.execute(query.with_for_update(of=Row))).one_or_none()
        if row is None:
            return None
        await self._session.execute(delete(Row).where(Row.id == row.id))
        return rule_of(row)

    async def find_unreadable(self, constants: Sequence[Constant]) -> Constant | None:
        """The first of the constants that the database cannot read or match with; nothing is changed."""
        for first in range(0, len(constants), _AT_ONCE):
            some = constants[first : first + _AT_ONCE]
            if not await self._can_be_read(some):
                for each in some:
                    if not await self._can_be_read([each]):
                        return each
        return None

    async def _can_be_read(self, constants: Sequence[Constant]) -> bool:
        binder = Binder()
        trials = [
            sql("({}) IS NULL", trial(Parameter(place, each.type, pattern=each.pattern), binder))
            for place, each in enumerate(constants)
        ]
        statement = embedded(sql("SELECT {}", joined(", ", trials)), "", [each.text for each in constants])
        try:
            async with self._session.begin_nested():
                await self._session.execute(statement)
        except DBAPIError as error:
            # Whatever a value is not, the transaction goes on; all else is for the caller.
            if may_be_a_value(driver_error(error)) or isinstance(translate(error), InvalidInputError):
                return False
            raise
        return True
