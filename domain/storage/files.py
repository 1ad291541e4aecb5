"""Files: where they are for clients, and what is known of their bytes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from domain.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

MAX_METADATA: Final = 8192
"""Bytes of a file's metadata as JSON in UTF-8."""
# RFC 6838, section 4.2; what follows a semicolon is dropped.
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}", re.ASCII)
_UNSTORABLE: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000|[\ud800-\udfff]")
"""In JSON: U+0000, unless its backslash is one of the text, and halves of surrogate pairs."""


class FileStatus(StrEnum):
    """The states of a file."""

    PENDING = "pending"
    """Its bytes are on their way; nobody else sees it."""
    READY = "ready"
    """Its bytes are there."""
    DELETING = "deleting"
    """Its bytes are being removed."""


class UploadKind(StrEnum):
    """The ways bytes come in."""

    FORM = "form"
    """Within a GraphQL request."""
    DIRECT = "direct"
    """By a signed address."""
    RESUMABLE = "resumable"
    """By tus, in pieces."""


@dataclass(frozen=True, slots=True)
class File:
    """A file.

    Attributes:
        bucket: the name of its bucket.
        public: whether its bucket is public.
        path: its place in the bucket; unique among the files that are ready and not deleted.
        object_key: the key of its bytes; no client sees it.
        size: in bytes.
        content_type: a MIME type without parameters.
        sha256: of the bytes; None while they are on their way.
        etag: for HTTP, in its quotes (RFC 9110); None while the bytes are on their way.
        metadata: the client's own; a JSON object.
        version: one more whenever other bytes have taken the place of those before.
        owner_id: the user who made it.
        deleted_at: since when it can only be restored.
    """

    id: UUID
    bucket_id: UUID
    bucket: str
    public: bool
    path: str
    object_key: str
    size: int
    content_type: str
    sha256: bytes | None
    etag: str | None
    metadata: Mapping[str, object]
    version: int
    owner_id: UUID | None
    status: FileStatus
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as it begins, pending.

    Attributes:
        size: as it is declared, in bytes; it counts for the bucket's quota from now on.
    """

    id: UUID
    bucket_id: UUID
    path: str
    object_key: str
    size: int
    content_type: str
    metadata: Mapping[str, object]
    owner_id: UUID | None


@dataclass(frozen=True, slots=True)
class Upload:
    """What is known of an upload beside its file, until it is complete.

    Attributes:
        sha256: what the client says that the digest will be.
        overwrite: whether it takes the place of a file that has the path.
        received: how many bytes are kept.
        token: what the object store has to know to go on.
        content_type: the type that the client claims; None: it claims none.
        key_id: the API key that began it; beside the owner of the file, who alone goes on with it.
        subject: whose uploads it is counted with, as limits name callers; None: it is not counted.
    """

    file_id: UUID
    kind: UploadKind
    sha256: bytes | None
    overwrite: bool
    received: int
    token: str | None
    expires_at: datetime
    content_type: str | None = None
    key_id: UUID | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """A file on its way, with what is known of its upload."""

    file: File
    upload: Upload


@dataclass(frozen=True, slots=True)
class ReadyBytes:
    """What is known of bytes that are there: the key of their object, their size, SHA-256 and type."""

    object_key: str
    size: int
    sha256: bytes
    content_type: str

    @property
    def etag(self) -> str:
        """Their strong validator."""
        return etag_of(self.sha256)


def etag_of(sha256: bytes) -> str:
    """The strong validator of bytes with this digest (RFC 9110, section 8.8.3)."""
    return f'"{sha256.hex()[:32]}"'


def media_type(text: str) -> str:
    """A MIME type in lower case, without its parameters.

    Raises:
        InvalidInputError: it is none.
    """
    type_ = text.partition(";")[0].strip().lower()
    if not _MEDIA_TYPE.fullmatch(type_):
        raise InvalidInputError("This is no MIME type such as image/png.", ("contentType",))
    return type_


def file_metadata(value: object) -> Mapping[str, object]:
    """Metadata for a file; `value` is JSON.

    Raises:
        InvalidInputError: it is no JSON object, or too large.
    """
    if not isinstance(value, dict):
        raise InvalidInputError("Metadata are a JSON object.", ("metadata",))
    members: dict[str, object] = value  # pyright: ignore[reportUnknownVariableType] - JSON has texts for keys
    text = json.dumps(members, ensure_ascii=False)
    if _UNSTORABLE.search(text) or len(text.encode(errors="surrogatepass")) > MAX_METADATA:
        message = f"Metadata have {MAX_METADATA} bytes of JSON at most, no U+0000 and no half of a surrogate pair."
        raise InvalidInputError(message, ("metadata",))
    return members
