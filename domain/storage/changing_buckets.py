"""Making, changing and deleting buckets."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeVar

from domain.audit import AuditEvent
from domain.errors import ForbiddenError, InvalidInputError, NotFoundError
from domain.identifiers import new_id
from domain.storage.authority import refuse_unless_owned
from domain.storage.buckets import MAX_FILE_SIZE, Bucket, allowed_types, bucket_name
from domain.storage.errors import BucketNotEmptyError
from domain.storage.events import FileEvent, FileEventKind
from domain.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.actor import Actor
    from domain.client import Client
    from domain.storage.authority import Authority
    from domain.storage.bucket_ports import BucketWork, OpenBuckets

MAX_DESCRIPTION: Final = 500
MAX_QUOTA: Final = 2**63 - 1
"""Bytes, as they are counted."""
_OF_ADMINISTRATORS: Final = frozenset({"owner_id", "quota"})


@dataclass(frozen=True, slots=True)
class NewBucket:
    """A bucket that is to be; the fields are those of `Bucket`."""

    name: str
    description: str | None = None
    public: bool = False
    owner_id: UUID | None = None
    max_file_size: int | None = None
    allowed_types: tuple[str, ...] | None = None
    quota: int | None = None


Settings = TypeVar("Settings", Bucket, NewBucket)


class CreateBucket:
    """Makes a bucket; for administrators, which whoever calls this sees to."""

    def __init__(self, open_buckets: OpenBuckets) -> None:
        self._open = open_buckets

    async def __call__(self, actor: Actor, client: Client, new: NewBucket) -> Bucket:
        """Make it.

        Raises:
            InvalidInputError: a value is not written as it has to be, or there is no such owner.
            BucketNameTakenError: there is one with this name.
        """
        bucket = new_bucket(checked(new))
        async with self._open() as work:
            await work.bucket_changes.add(bucket)
            details = {"name": bucket.name, "public": bucket.public}
            await work.audit.add(bucket_event(actor, client, "bucket.create", bucket, **details))
        return bucket


class UpdateBucket:
    """Changes what is said about a bucket; it acts at once."""

    def __init__(self, open_buckets: OpenBuckets, authority: Authority) -> None:
        self._open = open_buckets
        self._authority = authority

    async def __call__(self, actor: Actor, client: Client, named: UUID | str, changes: Mapping[str, object]) -> Bucket:
        """Change the bucket with an id or a name; `changes` are fields of `NewBucket` with what they are to be.

        Raises:
            NotFoundError: there is none that the caller has anything to do with.
            ForbiddenError: it is not the caller's; or its owner and quota are to change, and the caller is no admin.
            InvalidInputError: a value is not written as it has to be, or there is no such owner.
            BucketNameTakenError: there is one with this name.
            QuotaExceededError: it holds more than the quota.
        """
        async with self._open() as work:
            before = await _lock_owned(work, self._authority, actor, named)
            if not actor.is_administrator and not _OF_ADMINISTRATORS.isdisjoint(changes):
                raise ForbiddenError("Only an admin changes the owner and the quota of a bucket.")
            after = await work.bucket_changes.update(checked(replace(before, **changes)))  # type: ignore[arg-type]  # of its fields
            await work.audit.add(bucket_event(actor, client, "bucket.update", after, **told_changes(before, after)))
            return after


class DeleteBucket:
    """Deletes a bucket."""

    def __init__(self, open_buckets: OpenBuckets, authority: Authority) -> None:
        self._open = open_buckets
        self._authority = authority

    async def __call__(self, actor: Actor, client: Client, named: UUID | str, *, force: bool) -> Bucket:
        """Delete the bucket with an id or a name, with all files in it where `force` is true.

        Deleted files of it cannot be restored any more.
        Nothing of it is seen from now on, and its name is free. A job removes the bytes.

        Raises:
            NotFoundError: there is none that the caller has anything to do with.
            ForbiddenError: it is not the caller's.
            BucketNotEmptyError: there are files in it, and `force` is false.
        """
        async with self._open() as work:
            bucket = await _lock_owned(work, self._authority, actor, named)
            files = await work.bucket_changes.count_files(bucket.id)
            if files and not force:
                raise BucketNotEmptyError(files)
            await work.bucket_changes.remove(bucket.id)
            work.events.tell(FileEvent.of_many(FileEventKind.BUCKET_DELETED, bucket.id))
            await work.audit.add(bucket_event(actor, client, "bucket.delete", bucket, name=bucket.name, files=files))
            return bucket


async def _lock_owned(work: BucketWork, authority: Authority, actor: Actor, named: UUID | str) -> Bucket:
    """The bucket as it stays until the transaction ends, if everything in it is the caller's."""
    bucket = await work.bucket_changes.lock(named)
    if bucket is None:
        raise NotFoundError("There is no such bucket.")
    _, rights = await authority.enter(work, actor, bucket.id)
    refuse_unless_owned(rights, bucket)
    return bucket


def new_bucket(settings: NewBucket) -> Bucket:
    """A bucket that nothing is in yet; the settings are checked."""
    now = datetime.now(UTC)
    return Bucket(
        id=new_id(),
        name=settings.name,
        description=settings.description,
        public=settings.public,
        owner_id=settings.owner_id,
        max_file_size=settings.max_file_size,
        allowed_types=settings.allowed_types,
        quota=settings.quota,
        used_bytes=0,
        created_at=now,
        updated_at=now,
    )


def checked(bucket: Settings) -> Settings:
    """The bucket with what people have written in its normal form.

    Raises:
        InvalidInputError: a value is not written as it has to be.
    """
    _refuse_outside(bucket.max_file_size, "maxFileSize", 1, MAX_FILE_SIZE)
    _refuse_outside(bucket.quota, "quota", 0, MAX_QUOTA)
    return replace(
        bucket,
        name=bucket_name(bucket.name),
        description=plain_text(bucket.description or "", "description", MAX_DESCRIPTION),
        allowed_types=allowed_types(bucket.allowed_types),
    )


def _refuse_outside(value: int | None, argument: str, least: int, most: int) -> None:
    if value is not None and not least <= value <= most:
        raise InvalidInputError(f"This is a whole number of {least} to {most}, or null.", (argument,))


def told_changes(before: Bucket, after: Bucket) -> dict[str, object]:
    """What of the settings is another than before, as the trail tells it."""
    names = sorted(each.name for each in fields(NewBucket))
    return {name: value for name in names if (value := _told(after, name)) != _told(before, name)}


def _told(bucket: Bucket, name: str) -> object:
    """A field as the trail tells it."""
    value: object = getattr(bucket, name)
    match value:
        case tuple():
            return [*value]  # pyright: ignore[reportUnknownVariableType] - of texts
        case bool() | int() | None:
            return value
        case _:
            return str(value)


def bucket_event(actor: Actor, client: Client, action: str, bucket: Bucket, **details: object) -> AuditEvent:
    """What the trail tells of a bucket."""
    return AuditEvent.by(actor, client, action, target=f"bucket:{bucket.id}", **details)
