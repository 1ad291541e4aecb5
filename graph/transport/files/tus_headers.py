"""The headers of tus 1.0: https://tus.io/protocols/resumable-upload."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final, Protocol, cast

from domain.errors import InvalidInputError, SelfgraphError
from domain.storage.checksums import sha256_of
from domain.storage.uploads import NewUpload
from graph.transport.rejections import BadRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.storage.resuming import Progress

VERSION: Final = "1.0.0"
EXTENSIONS: Final = b"creation,creation-with-upload,expiration,checksum,termination"
ALGORITHMS: Final = ("sha256", "sha1")
"""Of checksums, as clients name them."""
RESUMABLE: Final = (b"tus-resumable", VERSION.encode())
_MOST_DIGITS: Final = 18


class VersionError(SelfgraphError):
    """The client speaks another version of tus."""

    code = "PRECONDITION_FAILED"


class PieceChecksumError(InvalidInputError):
    """A piece of an upload is not what its checksum says; it was dropped."""


class Hashing(Protocol):
    """A digest that is being made, as hashlib makes it."""

    def update(self, data: bytes, /) -> None:
        """Hash more."""
        ...

    def digest(self) -> bytes:
        """Of what came so far."""
        ...


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a client says of a piece."""

    algorithm: str
    digest: bytes

    def check(self, hashed: Hashing) -> None:
        """See whether the piece is what was said.

        Raises:
            PieceChecksumError: it is not.
        """
        if not hmac.compare_digest(hashed.digest(), self.digest):
            raise PieceChecksumError("The checksum of the piece is not the one that was given.")

    def new(self) -> Hashing:
        """What hashes the piece."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


def whole_number(headers: Mapping[str, str], name: str) -> int:
    """The number in a header.

    Raises:
        BadRequestError: there is none.
    """
    text = headers.get(name, "")
    if not (text.isascii() and text.isdecimal()) or len(text) > _MOST_DIGITS:
        raise BadRequestError(f"The header {name.title()} has to be a number of bytes.")
    return int(text)


def checksum_of(headers: Mapping[str, str]) -> Checksum | None:
    """The header Upload-Checksum.

    Raises:
        BadRequestError: its algorithm is not one of ours, or it is no checksum.
    """
    text = headers.get("upload-checksum")
    if text is None:
        return None
    algorithm, _, digest = text.strip().partition(" ")
    if algorithm.lower() not in ALGORITHMS:
        raise BadRequestError(f"Upload-Checksum has to be one of {', '.join(ALGORITHMS)}.")
    return Checksum(algorithm.lower(), _decoded(digest, "Upload-Checksum"))


def new_upload(headers: Mapping[str, str]) -> NewUpload:
    """The upload that the headers Upload-Length and Upload-Metadata ask for.

    Raises:
        BadRequestError: they are not written as tus has it.
        InvalidInputError: they say something that does not fit.
    """
    said = metadata_of(headers.get("upload-metadata", ""))
    checksum, metadata = said.get("checksum"), said.get("metadata")
    bucket, path = said.get("bucket"), said.get("path") or said.get("filename") or said.get("name")
    if not bucket or not path:
        raise InvalidInputError("Upload-Metadata has to name the bucket and the path.")
    return NewUpload(
        bucket=bucket,
        path=path,
        size=whole_number(headers, "upload-length"),
        content_type=said.get("contentType") or said.get("filetype") or said.get("type"),
        sha256=sha256_of(checksum) if checksum else None,
        metadata=_json_object(metadata) if metadata else {},
        overwrite=said.get("overwrite", "").lower() == "true",
    )


def metadata_of(text: str) -> dict[str, str]:
    """The header Upload-Metadata: names, each with a value in base64.

    Raises:
        BadRequestError: it is written in another way.
    """
    said: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = pair.partition(" ")
        try:
            said[name] = _decoded(value, "Upload-Metadata").decode()
        except UnicodeDecodeError:
            raise BadRequestError("Upload-Metadata has to be UTF-8 in base64.") from None
    return said


def progress_headers(progress: Progress) -> list[tuple[bytes, bytes]]:
    """What tells how far an upload has come."""
    headers = [RESUMABLE, (b"upload-offset", b"%d" % progress.offset), (b"cache-control", b"no-store")]
    if progress.expires_at is not None:
        headers.append((b"upload-expires", format_datetime(progress.expires_at, usegmt=True).encode()))
    return headers


def metadata_header(progress: Progress) -> tuple[bytes, bytes]:
    """What was said of an upload when it was begun, by the names that it is read by here."""
    file = progress.file
    said = {"bucket": file.bucket, "path": file.path, "filetype": file.content_type}
    if file.metadata:
        said["metadata"] = json.dumps(dict(file.metadata))
    pairs = (f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in said.items())
    return b"upload-metadata", ",".join(pairs).encode()


def _decoded(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise BadRequestError(f"{name} has to be in base64.") from None


def _json_object(text: str) -> dict[str, object]:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise InvalidInputError("Metadata are a JSON object.", ("metadata",))
    return cast("dict[str, object]", value)
