"""Keeping what a file says about buckets and rules, beside the metadata of tables and in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.paging import Window
from domain.roles import ADMINISTRATORS
from domain.storage.changing_buckets import bucket_event, new_bucket, told_changes
from domain.storage.changing_rules import OLDEST_FIRST, rule_event
from domain.storage.definitions import BucketDefinition, FileDefinitions, settings_of, with_settings
from domain.storage.finding_buckets import BY_NAME
from domain.storage.rule_constants import constants_of, unreadable
from domain.storage.rules import FILES, FileRule, read_file_rule
from domain.tables.catalog import TableName
from domain.tables.inconsistencies import Inconsistency, InconsistentPart
from domain.tables.rule_values import InvalidRuleError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from domain.actor import Actor
    from domain.client import Client
    from domain.storage.bucket_ports import BucketWork, OpenBuckets
    from domain.storage.buckets import Bucket
    from domain.storage.definitions import Rules
    from domain.storage.reach import Action
    from domain.tables.metadata import Rule
    from domain.tables.model import Model

_BUCKETS: Final = TableName("selfgraph", "buckets")
_NO_RULES: Final[Rules] = {}
_PAGE: Final = 1000
"""Rows that are read at once."""


class ReadDefinitions:
    """Reads what is said about files."""

    def __init__(self, open_buckets: OpenBuckets) -> None:
        self._open = open_buckets

    async def __call__(self) -> FileDefinitions:
        """All buckets and rules."""
        async with self._open() as work:
            return (await _read(work))[0]


class KeepDefinitions:
    """Puts definitions in place of those that are there; buckets of which nothing is said stay, with their rules.

    It is the port `Beside` of metadata, for one transaction.
    """

    def __init__(self, work: BucketWork, wanted: FileDefinitions) -> None:
        self._work = work
        self._wanted = wanted

    @property
    def roles(self) -> frozenset[str]:
        """The roles that rules name; administrators need none."""
        return frozenset(role for _, rules in _places(self._wanted) for role, _ in rules) - ADMINISTRATORS

    async def wrong(self) -> list[Inconsistency]:
        """What could not be kept, or would be nonsense in every database."""
        _, buckets = await _read(self._work)
        return [
            *(
                _misfit_of_rule(bucket, role, action, "Administrators may do everything with every file.")
                for bucket, rules in _places(self._wanted)
                for role, action in rules
                if role in ADMINISTRATORS
            ),
            *(
                Inconsistency(InconsistentPart.BUCKET, _BUCKETS, name, "It holds more than the quota.")
                for name, each in self._wanted.buckets.items()
                if name in buckets
                and each.settings.quota is not None
                and each.settings.quota < buckets[name].used_bytes
            ),
        ]

    async def misfits(self, model: Model) -> list[Inconsistency]:
        """The rules that do not fit the tables; where they are kept all the same they allow nothing."""
        found: list[Inconsistency] = []
        for bucket, rules in _places(self._wanted):
            for (role, action), rule in rules.items():
                try:
                    constants = constants_of(read_file_rule(rule, model))
                    text = await self._work.rule_changes.find_unreadable(constants)
                    if text is not None:
                        raise unreadable(text, dict(rule))
                except InvalidRuleError as error:
                    place = ".".join(map(str, error.path))
                    why = f"{place}: {error.message}" if place else error.message
                    found.append(_misfit_of_rule(bucket, role, action, why))
        return found

    async def save(self, actor: Actor, client: Client) -> bool:
        """Write what is another than before; whether that is anything. The roles have to be there."""
        before, buckets = await _read(self._work)
        changed = False
        for name, each in self._wanted.buckets.items():
            kept = before.buckets.get(name)
            if kept is None or kept.settings != each.settings:
                buckets[name] = await self._save_bucket(actor, client, each)
                changed = True
            changed |= await self._save_rules(
                actor, client, buckets[name], kept.rules if kept else _NO_RULES, each.rules
            )
        return await self._save_rules(actor, client, None, before.rules, self._wanted.rules) or changed

    async def _save_bucket(self, actor: Actor, client: Client, definition: BucketDefinition) -> Bucket:
        changes, settings = self._work.bucket_changes, definition.settings
        before = await changes.lock(settings.name)
        if before is None:
            bucket = new_bucket(settings)
            await changes.add(bucket)
            event = bucket_event(actor, client, "bucket.create", bucket, name=bucket.name, public=bucket.public)
        else:
            bucket = await changes.update(with_settings(before, settings))
            event = bucket_event(actor, client, "bucket.update", bucket, **told_changes(before, bucket))
        await self._work.audit.add(event)
        return bucket

    async def _save_rules(
        self, actor: Actor, client: Client, bucket: Bucket | None, before: Rules, after: Rules
    ) -> bool:
        bucket_id, name = (None, None) if bucket is None else (bucket.id, bucket.name)
        for (role, action), rule in after.items():
            if before.get((role, action)) != rule:
                kept = await self._work.rule_changes.set(FileRule(bucket_id, name, role, action, rule))
                await self._work.audit.add(rule_event(actor, client, "file_rule.set", kept, files=dict(rule)))
        for role, action in sorted(before.keys() - after.keys()):
            dropped = await self._work.rule_changes.drop(bucket_id, role, action)
            if dropped is not None:
                await self._work.audit.add(rule_event(actor, client, "file_rule.drop", dropped))
        return before != after


async def _read(work: BucketWork) -> tuple[FileDefinitions, dict[str, Bucket]]:
    """What is said, and the buckets by their names."""
    buckets = {bucket.name: bucket async for bucket in _each_bucket(work)}
    rules: dict[str | None, dict[tuple[str, Action], Rule]] = {name: {} for name in (None, *buckets)}
    async for rule in _each_rule(work):
        rules.setdefault(rule.bucket, {})[rule.role, rule.action] = rule.rule
    definitions = {name: BucketDefinition(settings_of(each), rules[name]) for name, each in buckets.items()}
    return FileDefinitions(definitions, rules[None]), buckets


async def _each_bucket(work: BucketWork) -> AsyncGenerator[Bucket]:
    window: Window | None = Window(_PAGE)
    while window is not None:
        page = await work.bucket_directory.page(None, BY_NAME, window)
        for bucket in page.rows:
            yield bucket
        window = Window(_PAGE, after=(page.rows[-1].name,)) if page.has_next else None


async def _each_rule(work: BucketWork) -> AsyncGenerator[FileRule]:
    window: Window | None = Window(_PAGE)
    while window is not None:
        page = await work.rule_changes.page(None, None, OLDEST_FIRST, window)
        for rule in page.rows:
            yield rule
        window = Window(_PAGE, after=(page.rows[-1].id,)) if page.has_next else None


def _places(definitions: FileDefinitions) -> Iterator[tuple[str | None, Rules]]:
    """The rules about every bucket, and those of each."""
    yield None, definitions.rules
    for name, bucket in definitions.buckets.items():
        yield name, bucket.rules


def _misfit_of_rule(bucket: str | None, role: str, action: Action, why: str) -> Inconsistency:
    where = "every bucket" if bucket is None else bucket
    return Inconsistency(InconsistentPart.FILE_RULE, FILES.name, f"{role}: {action} in {where}", why)
