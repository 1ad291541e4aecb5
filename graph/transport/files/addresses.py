"""What the address of a file says: `/files/{bucket}/{path}?...`, decoded once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote_to_bytes
from uuid import UUID

from domain.errors import InvalidInputError, NotFoundError
from domain.storage.addresses import EXPIRES, FILE, SIGNATURE
from domain.storage.errors import AddressInvalidError
from domain.storage.paths import file_path
from domain.storage.signing import Right

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Scope

_PREFIX: Final = b"/files/"
_BROKEN: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_SLASH: Final = re.compile(rb"%2f", re.IGNORECASE)
_SECONDS: Final = re.compile(r"\d{1,12}", re.ASCII)
_MOST_PARAMETERS: Final = 20
_SHORT: Final = 1024
"""Bytes of an address that is remembered."""


@dataclass(frozen=True)
class FileAddress:
    """The address of a file as a client has sent it.

    Attributes:
        bucket: the name of the bucket.
        path: in the bucket, as paths are written.
        parameters: of the query, each once.
    """

    bucket: str
    path: str
    parameters: Mapping[str, str]

    @property
    def signature(self) -> str | None:
        """The signature of a signed address."""
        return self.parameters.get(SIGNATURE)

    @cached_property
    def right(self) -> Right:
        """The right that a signed address says that it carries: every other parameter is a condition of it.

        Raises:
            AddressInvalidError: it says none.
        """
        conditions = dict(self.parameters)
        conditions.pop(SIGNATURE, None)
        file, expires = conditions.pop(FILE, ""), conditions.pop(EXPIRES, "")
        # The one way to write each of them, so that one right has one address.
        if not _SECONDS.fullmatch(expires) or str(int(expires)) != expires:
            raise AddressInvalidError
        try:
            subject = UUID(file)
        except ValueError:
            raise AddressInvalidError from None
        if str(subject) != file:
            raise AddressInvalidError
        return Right("GET", subject, int(expires), conditions, f"{self.bucket}/{self.path}")


def file_address(scope: Scope) -> FileAddress:
    """Read the address of a request below `/files/`.

    Raises:
        NotFoundError: there is no path in it.
        InvalidInputError: it is not written as addresses are.
    """
    raw: bytes = scope["raw_path"]
    if root := str(scope.get("root_path", "")):
        raw = raw.removeprefix(root.encode())
    query: bytes = scope.get("query_string", b"")
    read = _read_again if len(raw) + len(query) <= _SHORT else _read
    return read(raw, query)


def _read(raw: bytes, query: bytes) -> FileAddress:
    bucket, slash, path = raw.removeprefix(_PREFIX).partition(b"/")
    if not raw.startswith(_PREFIX) or not slash or not bucket or not path:
        raise NotFoundError("There is nothing at this address.")
    if _SLASH.search(raw):
        raise InvalidInputError("A name in a path has no slash in it.", ("path",))
    return FileAddress(_bucket(bucket), file_path(_decoded(path)), _parameters(query))


# The same small files are asked for again and again; what an address says never changes.
_read_again = lru_cache(maxsize=2048)(_read)


def _bucket(text: bytes) -> str:
    name = _decoded(text)
    # PostgreSQL takes no such text, and would refuse all that is looked for by the same statement.
    if "\0" in name:
        raise InvalidInputError("A bucket's name has no control characters.", ("bucket",))
    return name


def _decoded(text: bytes) -> str:
    if _BROKEN.search(text):
        raise InvalidInputError("The address is not percent-encoded.", ("path",))
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise InvalidInputError("The address is not UTF-8.", ("path",)) from None


def _parameters(query: bytes) -> dict[str, str]:
    if not query:
        return {}
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:
        raise InvalidInputError("The query is not percent-encoded UTF-8.") from None
    parameters = dict(pairs[:_MOST_PARAMETERS])
    if len(parameters) != len(pairs):
        raise InvalidInputError("A parameter is given twice, or there are too many.")
    return parameters
