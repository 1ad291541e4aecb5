"""What an installation says about files: its buckets and the rules, without what is in them. Files hold it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from domain.storage.changing_buckets import NewBucket

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.storage.buckets import Bucket
    from domain.storage.reach import Action
    from domain.tables.metadata import Rule

Rules: TypeAlias = "Mapping[tuple[str, Action], Rule]"
"""Which files a role may do something with, by the role and what it may."""


@dataclass(frozen=True, slots=True)
class BucketDefinition:
    """A bucket and the rules about it alone; the owner is not part of it: people are others in every installation."""

    settings: NewBucket
    rules: Rules = field(default_factory=dict[tuple[str, "Action"], "Rule"])


@dataclass(frozen=True, slots=True)
class FileDefinitions:
    """What is said about files.

    Attributes:
        buckets: by their names.
        rules: those about every bucket.
    """

    buckets: Mapping[str, BucketDefinition] = field(default_factory=dict[str, BucketDefinition])
    rules: Rules = field(default_factory=dict[tuple[str, "Action"], "Rule"])

    @property
    def rule_count(self) -> int:
        """How many rules there are, those about every bucket and those about one."""
        return len(self.rules) + sum(len(bucket.rules) for bucket in self.buckets.values())

    def over(self, before: FileDefinitions) -> FileDefinitions:
        """What is said once these are kept where others were: buckets of which these say nothing stay as they were."""
        return FileDefinitions({**before.buckets, **self.buckets}, self.rules)


def settings_of(bucket: Bucket) -> NewBucket:
    """What a definition says of a bucket."""
    return NewBucket(
        name=bucket.name,
        description=bucket.description,
        public=bucket.public,
        max_file_size=bucket.max_file_size,
        allowed_types=bucket.allowed_types,
        quota=bucket.quota,
    )


def with_settings(bucket: Bucket, settings: NewBucket) -> Bucket:
    """A bucket of which a definition says something else; the owner stays."""
    return replace(
        bucket,
        description=settings.description,
        public=settings.public,
        max_file_size=settings.max_file_size,
        allowed_types=settings.allowed_types,
        quota=settings.quota,
    )
