"""What can go wrong with buckets and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from domain.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    PayloadTooLargeError,
    RateLimitedError,
    SelfgraphError,
    UnavailableError,
)

if TYPE_CHECKING:
    from domain.storage.objects import Resumable


class BucketNameTakenError(ConflictError):
    """Another bucket has the name."""

    def __init__(self) -> None:
        super().__init__("There is a bucket with this name.")


class BucketNotEmptyError(ConflictError):
    """The bucket still holds files; `files` says how many."""

    def __init__(self, files: int) -> None:
        super().__init__(f"The bucket holds {files} files; delete them, or use force.")
        self.files = files

    def extensions(self) -> dict[str, object]:
        """The number of files."""
        return {"files": self.files}


class PathTakenError(ConflictError):
    """Another file of the bucket has the path."""

    def __init__(self) -> None:
        super().__init__("There is a file at this path.")


class QuotaExceededError(PayloadTooLargeError):
    """The bucket's quota leaves no room for it."""

    def __init__(self) -> None:
        super().__init__("The bucket's quota leaves no room for this.")


class FileTooLargeError(PayloadTooLargeError):
    """A file is larger than is allowed; `most` is in bytes."""

    def __init__(self, most: int) -> None:
        super().__init__(f"A file here has {most} bytes at most.")
        self.most = most


class TypeNotAllowedError(InvalidInputError):
    """The bucket does not take files of this type, or the bytes are not of the type that was said."""


class SizeMismatchError(InvalidInputError):
    """The body is not as long as was said."""

    def __init__(self, expected: int, received: int) -> None:
        super().__init__(f"The body was to have {expected} bytes and has {received}.")
        self.expected = expected
        self.received = received


class ChecksumMismatchError(InvalidInputError):
    """The body's SHA-256 is not the one that was said."""

    def __init__(self) -> None:
        super().__init__("The SHA-256 of the body is not the one that was given.")


class UploadExpiredError(ConflictError):
    """The time for the upload is over."""

    def __init__(self) -> None:
        super().__init__("The time for this upload is over; begin another one.")


class OffsetError(ConflictError):
    """A piece of an upload is not what follows; `offset` is where it goes on, None: another request was quicker."""

    def __init__(self, offset: int | None) -> None:
        super().__init__("The piece does not begin where the upload goes on.")
        self.offset = offset

    def extensions(self) -> dict[str, object]:
        """Where it goes on."""
        return {} if self.offset is None else {"offset": self.offset}


class TooManyUploadsError(RateLimitedError):
    """The caller has as many uploads under way as it may have; `retry_after` is when the time of one is over."""

    def __init__(self, most: int, retry_after: int) -> None:
        super().__init__(
            f"You have {most} uploads under way, and no more are allowed; complete or cancel one.", retry_after
        )
        self.most = most


class UploadBusyError(ConflictError):
    """Another request sends to the upload."""

    def __init__(self) -> None:
        super().__init__("Another request sends to this upload; try again.")


class AddressInvalidError(ForbiddenError):
    """The signature of an address is not of the request that was made."""

    def __init__(self) -> None:
        super().__init__("The signature of this address is not valid.")


class AddressExpiredError(ForbiddenError):
    """The time of a signed address is over."""

    def __init__(self) -> None:
        super().__init__("This address has expired.")


class StorageUnavailableError(UnavailableError):
    """The object store cannot be reached, answers too late or refuses our credentials."""

    def __init__(self) -> None:
        super().__init__("The storage cannot be reached now; try again.")


class StorageFullError(SelfgraphError):
    """There is no room left in the object store."""

    code: ClassVar[str] = "STORAGE_FULL"

    def __init__(self) -> None:
        super().__init__("The storage has no room for this.")


class ObjectMissingError(SelfgraphError):
    """There is no such object: a defect, or a store that somebody else has emptied."""

    def __init__(self, key: str) -> None:
        super().__init__("The bytes of the file are missing.")
        self.key = key


class AppendInterruptedError(SelfgraphError):
    """A body broke off in the middle; `upload` is what could be kept."""

    def __init__(self, upload: Resumable) -> None:
        super().__init__("The body broke off.")
        self.upload = upload
