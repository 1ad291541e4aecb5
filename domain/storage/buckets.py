"""Buckets: named places for files, each with its limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.errors import InvalidInputError
from domain.storage.errors import FileTooLargeError, TypeNotAllowedError

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

RESERVED: Final = frozenset({"tus", "uploads"})
"""Names that addresses below `/files` have taken."""
MAX_FILE_SIZE: Final = 5 * 1024**4
"""Bytes of a file, as in S3."""
MAX_TYPES: Final = 100
"""MIME types that a bucket can name."""
# S3's rules for buckets (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]|\.(?=[a-z0-9])){1,61}[a-z0-9]", re.ASCII)
_ADDRESS: Final = re.compile(r"\d+\.\d+\.\d+\.\d+", re.ASCII)
_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/(?:\*|[a-z0-9][a-z0-9!#$&^_.+-]{0,126})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket.

    Attributes:
        public: whether anybody may read its files by their addresses; listing them takes a rule all the same.
        owner_id: the user who may do everything with it; None: administrators only.
        max_file_size: in bytes; None: `MAX_FILE_SIZE`.
        allowed_types: MIME types, such as `image/png` or `image/*`; None: any.
        quota: the most bytes of all its files together; None: unlimited.
        used_bytes: of its files that are not deleted, those that are being uploaded too.
    """

    id: UUID
    name: str
    description: str | None
    public: bool
    owner_id: UUID | None
    max_file_size: int | None
    allowed_types: tuple[str, ...] | None
    quota: int | None
    used_bytes: int
    created_at: datetime
    updated_at: datetime

    @property
    def most(self) -> int:
        """The most bytes that a file may have."""
        return MAX_FILE_SIZE if self.max_file_size is None else self.max_file_size

    def refuse_size(self, size: int) -> None:
        """Raise FileTooLargeError for a file that is too large for the bucket."""
        if size > self.most:
            raise FileTooLargeError(self.most)

    def takes(self, content_type: str) -> bool:
        """Whether the bucket takes files of a type, which has no parameters."""
        group = f"{content_type.partition('/')[0]}/*"
        return self.allowed_types is None or content_type in self.allowed_types or group in self.allowed_types

    def refuse_type(self, content_type: str) -> None:
        """Raise TypeNotAllowedError for a type, without parameters, that the bucket does not take."""
        if not self.takes(content_type):
            raise TypeNotAllowedError(f"The bucket does not take files of type {content_type}.")


def bucket_name(text: str) -> str:
    """A name for a bucket: 3 to 63 characters by S3's rules.

    Raises:
        InvalidInputError: it is none, or one that is reserved.
    """
    if not _NAME.fullmatch(text) or _ADDRESS.fullmatch(text) or text.startswith("xn--") or ".." in text:
        raise InvalidInputError(
            "A bucket's name has 3 to 63 lower-case letters, digits, hyphens and single dots, a letter or digit at"
            " both ends, and is no IP address.",
            ("name",),
        )
    if text in RESERVED:
        raise InvalidInputError("This name is reserved.", ("name",))
    return text


def allowed_types(given: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """The MIME types that a bucket takes, in lower case, each once.

    Raises:
        InvalidInputError: one is none, or there are too many.
    """
    if given is None:
        return None
    types = tuple(dict.fromkeys(each.strip().lower() for each in given))
    if not 1 <= len(types) <= MAX_TYPES:
        raise InvalidInputError(f"Give 1 to {MAX_TYPES} types, or null for any.", ("allowedTypes",))
    for each in types:
        if not _TYPE.fullmatch(each):
            raise InvalidInputError(f"{each!r} is no MIME type such as image/png or image/*.", ("allowedTypes",))
    return types
