"""Saying which roles may do what with files; for administrators, which whoever calls this sees to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.audit import AuditEvent
from domain.errors import InvalidInputError, NotFoundError
from domain.paging import Kind, Order, SortKey, window
from domain.roles import ADMINISTRATORS
from domain.storage.rule_constants import constants_of, unreadable
from domain.storage.rules import FileRule, read_file_rule
from domain.tables.rule_values import InvalidRuleError

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from domain.actor import Actor
    from domain.client import Client
    from domain.paging import Page
    from domain.storage.bucket_ports import BucketWork, OpenBuckets
    from domain.storage.buckets import Bucket
    from domain.storage.reach import Action
    from domain.tables.metadata import Rule
    from domain.tables.model import Model

OLDEST_FIRST: Final = Order((SortKey("id", Kind.ID),))
"""The order of rules."""


@dataclass(frozen=True, slots=True)
class RulePlace:
    """What a rule is about: one bucket, or every one where that is None; a role and an action."""

    bucket: str | None
    role: str
    action: Action


class ListFileRules:
    """Reads a page of the rules."""

    def __init__(self, open_buckets: OpenBuckets) -> None:
        self._open = open_buckets

    async def __call__(
        self,
        bucket: str | None,
        role: str | None,
        *,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Page[FileRule]:
        """Those about a bucket, those of a role, or both, in the order `OLDEST_FIRST`.

        Raises:
            NotFoundError: there is no such bucket.
            InvalidInputError: the arguments make no page.
        """
        found = window(OLDEST_FIRST, first, after, last, before)
        async with self._open() as work:
            about = await _bucket(work, bucket)
            return await work.rule_changes.page(_id(about), role, OLDEST_FIRST, found)


class SetFileRule:
    """Lets a role do something with files, in place of what it might before."""

    def __init__(self, open_buckets: OpenBuckets, model: Callable[[], Model]) -> None:
        self._open = open_buckets
        self._model = model

    async def __call__(self, actor: Actor, client: Client, place: RulePlace, rule: Rule) -> FileRule:
        """Keep the rule; it acts at once.

        Raises:
            NotFoundError: there is no such bucket.
            InvalidInputError: the rule does not fit, with the path of what does not; or there is no such role, or it
                is an administrator's, who reach every file.
        """
        if place.role in ADMINISTRATORS:
            raise InvalidInputError("Administrators may do everything with every file.", ("role",))
        try:
            constants = constants_of(read_file_rule(rule, self._model()))
            async with self._open() as work:
                wrong = await work.rule_changes.find_unreadable(constants)
                if wrong is not None:
                    raise unreadable(wrong, dict(rule))
                bucket = await _bucket(work, place.bucket)
                kept = await work.rule_changes.set(_rule(bucket, place, rule))
                await work.audit.add(rule_event(actor, client, "file_rule.set", kept, files=dict(rule)))
                return kept
        except InvalidRuleError as error:
            raise InvalidRuleError(error.message, ("rule", *error.path)) from error


class DropFileRule:
    """Takes a rule from a role."""

    def __init__(self, open_buckets: OpenBuckets) -> None:
        self._open = open_buckets

    async def __call__(self, actor: Actor, client: Client, place: RulePlace) -> FileRule:
        """Forget the rule, at once; gives what it was.

        Raises:
            NotFoundError: there is no such bucket, or no such rule.
        """
        async with self._open() as work:
            bucket = await _bucket(work, place.bucket)
            dropped = await work.rule_changes.drop(_id(bucket), place.role, place.action)
            if dropped is None:
                raise NotFoundError("There is no such rule.")
            await work.audit.add(rule_event(actor, client, "file_rule.drop", dropped))
            return dropped


async def _bucket(work: BucketWork, name: str | None) -> Bucket | None:
    """The bucket with the name, if one is given."""
    if name is None:
        return None
    bucket = await work.buckets.find_named(name)
    if bucket is None:
        raise NotFoundError("There is no such bucket.")
    return bucket


def _id(bucket: Bucket | None) -> UUID | None:
    return None if bucket is None else bucket.id


def _rule(bucket: Bucket | None, place: RulePlace, rule: Rule) -> FileRule:
    return FileRule(_id(bucket), place.bucket, place.role, place.action, rule)


def rule_event(actor: Actor, client: Client, action: str, rule: FileRule, **details: object) -> AuditEvent:
    """What the trail tells of a rule."""
    target = "bucket:*" if rule.bucket_id is None else f"bucket:{rule.bucket_id}"
    said: dict[str, object] = {"role": rule.role, "may": rule.action.value, **details}
    return AuditEvent.by(actor, client, action, target=target, **said)
