"""Beginning an upload, and who may go on with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from domain.errors import InvalidInputError, NotFoundError
from domain.identifiers import new_id
from domain.limits import UPLOADS, caller_subject
from domain.storage.authority import refuse_to_add, require_written
from domain.storage.content_types import UNKNOWN, claimed_type
from domain.storage.errors import PathTakenError, TypeNotAllowedError, UploadExpiredError
from domain.storage.files import NewFile, Pending, Upload, UploadKind, file_metadata
from domain.storage.objects import new_object_key
from domain.storage.paths import file_path, name_of
from domain.storage.reach import Action

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.actor import Actor
    from domain.client import Client
    from domain.limits import RateLimiter
    from domain.storage.authority import Authority
    from domain.storage.buckets import Bucket
    from domain.storage.content_types import ExtensionTypes
    from domain.storage.ports import OpenStorage, StorageWork

_DIGEST_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class NewUpload:
    """What a file is to be, as the client says.

    Attributes:
        bucket: the name of its bucket.
        size: in bytes.
        content_type: a MIME type, in whatever case and with parameters; None: what the bytes look like.
        sha256: the digest of the bytes, 32 bytes.
        overwrite: whether it takes the place of a file that has the path.
    """

    bucket: str
    path: str
    size: int
    content_type: str | None = None
    sha256: bytes | None = None
    metadata: Mapping[str, object] = field(default_factory=dict[str, object])
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What callers may do with uploads.

    Attributes:
        limiter: counts how often they are begun.
        most: how many a caller may have under way.
        seconds: how long one may take.
    """

    limiter: RateLimiter
    most: int
    seconds: float


class BeginUpload:
    """Writes the row of a file whose bytes are to come; its size counts for the quota from then on.

    Args:
        open_storage: begins transactions.
        authority: says what callers may do.
        extensions: the types of names.
        limits: of each caller.
    """

    def __init__(
        self, open_storage: OpenStorage, authority: Authority, extensions: ExtensionTypes, limits: UploadLimits
    ) -> None:
        self._open = open_storage
        self._authority = authority
        self._extensions = extensions
        self._limits = limits

    async def __call__(self, actor: Actor, client: Client, kind: UploadKind, new: NewUpload) -> Pending:
        """Begin it.

        Raises:
            RateLimitedError: the caller has begun too many lately.
            TooManyUploadsError: the caller has too many under way.
            InvalidInputError: the path, the size, the digest, the type or the metadata is none.
            NotFoundError: there is no such bucket for the caller.
            ForbiddenError: the caller may not add this file, or not put it in the place of the one there is.
            FileTooLargeError, TypeNotAllowedError, QuotaExceededError: the bucket does not take it.
            PathTakenError: there is a file at the path, and it is not to be overwritten.
        """
        subject = caller_subject(actor, client)
        if subject is not None:
            await self._limits.limiter.hit(UPLOADS, subject)
        path, metadata, claim = file_path(new.path), file_metadata(new.metadata), claimed_type(new.content_type)
        _refuse_nonsense(new)
        async with self._open() as work:
            bucket, rights = await self._authority.enter(work, actor, new.bucket)
            if not (new.overwrite and rights.may(Action.UPDATE, bucket)):
                refuse_to_add(rights, bucket)
            bucket.refuse_size(new.size)
            by_name = self._extensions.of(name_of(path))
            _refuse_type(bucket, kind, claim, by_name)
            supposed = claim or by_name or UNKNOWN
            file = NewFile(
                new_id(), bucket.id, path, new_object_key(), new.size, supposed, metadata, owner_id=actor.user_id
            )
            upload = replace(self._upload(kind, new, file.id, claim), key_id=actor.key_id, subject=subject)
            if subject is not None:
                await work.uploads.admit(subject, self._limits.most)
            living = await work.uploads.lock_at(bucket.id, path)
            await work.uploads.add(file, upload)
            if living is not None and new.overwrite:
                await require_written(work, rights, living.id, Action.UPDATE)
                await require_written(work, rights, file.id, Action.UPDATE)
            else:
                await require_written(work, rights, file.id, Action.INSERT)
            if living is not None and not new.overwrite:
                raise PathTakenError
            return await _begun(work, file.id)

    def _upload(self, kind: UploadKind, new: NewUpload, file_id: UUID, claim: str | None) -> Upload:
        return Upload(
            file_id=file_id,
            kind=kind,
            sha256=new.sha256,
            overwrite=new.overwrite,
            received=0,
            token=None,
            expires_at=datetime.now(UTC) + timedelta(seconds=self._limits.seconds),
            content_type=claim,
        )


class FindUpload:
    """Finds uploads for those who go on with them: nobody but who began one."""

    def __init__(self, open_storage: OpenStorage) -> None:
        self._open = open_storage

    async def __call__(self, actor: Actor, file_id: UUID, kind: UploadKind) -> Pending:
        """The upload.

        Raises:
            NotFoundError: the caller has begun none with this id.
            UploadExpiredError: its time is over.
        """
        pending = await self.of_any_kind(actor, file_id)
        if pending.upload.kind is not kind:
            raise no_upload()
        return in_time(pending)

    async def of_any_kind(self, actor: Actor, file_id: UUID) -> Pending:
        """The same, whatever way the bytes come, and however long that takes."""
        async with self._open() as work:
            pending = await work.uploads.find(file_id)
        if pending is None or not is_of(pending, actor):
            raise no_upload()
        return pending


def is_of(pending: Pending, actor: Actor) -> bool:
    """Whether the caller began the upload: the same account, by the same API key if by one.

    A caller with neither has nothing but the id, which nobody can guess.
    """
    return (pending.file.owner_id, pending.upload.key_id) == (actor.user_id, actor.key_id)


def in_time(pending: Pending) -> Pending:
    """The upload, if its time is not over.

    Raises:
        UploadExpiredError: it is.
    """
    if datetime.now(UTC) >= pending.upload.expires_at:
        raise UploadExpiredError
    return pending


def no_upload() -> NotFoundError:
    """What is said of an upload that is not there, and of one of somebody else."""
    return NotFoundError("There is no such upload.")


def refuse(bucket: Bucket, size: int, content_type: str) -> None:
    """See that the bucket takes a file of this size and type.

    Raises:
        FileTooLargeError, TypeNotAllowedError: it does not, or not any more.
    """
    bucket.refuse_size(size)
    bucket.refuse_type(content_type)


def _refuse_type(bucket: Bucket, kind: UploadKind, claim: str | None, by_name: str | None) -> None:
    """See, before any byte comes, that the bucket can take the type.

    Raises:
        TypeNotAllowedError: it does not take what is claimed or, of bytes that are yet to come and of which nothing is
            claimed, what the name says.
    """
    if claim is not None:
        bucket.refuse_type(claim)
    elif kind is not UploadKind.FORM and bucket.allowed_types is not None and not bucket.takes(by_name or UNKNOWN):
        types = ", ".join(bucket.allowed_types)
        raise TypeNotAllowedError(f"The bucket takes {types}: say of which type the file is.", ("contentType",))


def _refuse_nonsense(new: NewUpload) -> None:
    if new.size < 0:
        raise InvalidInputError("A size is at least 0.", ("size",))
    if new.sha256 is not None and len(new.sha256) != _DIGEST_BYTES:
        raise InvalidInputError("A SHA-256 has 32 bytes, in hexadecimal or base64.", ("checksum",))


async def _begun(work: StorageWork, file_id: UUID) -> Pending:
    pending = await work.uploads.find(file_id)
    if pending is None:
        raise no_upload()
    return pending
