"""What type a file is of: what the client claims, held against what its first bytes look like.

A claim stands unless the bytes contradict it. They do where both belong to families that have nothing in common, and
where bytes of a claimed type would be recognised and are not: every PNG begins as one, while an MP3 may begin anyhow.
"""

from __future__ import annotations

from mimetypes import MimeTypes
from typing import TYPE_CHECKING, Final, Protocol

from domain.storage.errors import TypeNotAllowedError
from domain.storage.files import media_type
from domain.storage.type_families import families_of, is_recognisable

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD_BYTES: Final = 4096
"""Of a file are looked at."""
UNKNOWN: Final = "application/octet-stream"
_NAMED: Final = frozenset({"image", "audio", "video", "font", "text"})
"""The kinds of types that say something of the bytes, even where the type itself is not known."""


class Recognise(Protocol):
    """Says what the beginning of a file looks like."""

    def __call__(self, head: bytes) -> Sequence[str]:
        """The types that it may be of, the likeliest first; none where nothing is known. `text/plain` is any text."""
        ...


class ExtensionTypes:
    """Types by the extensions of names, from the table of the standard library: the same on every machine."""

    def __init__(self) -> None:
        self._table = MimeTypes(filenames=())

    def of(self, name: str) -> str | None:
        """The type that a name says, or None."""
        guessed, encoding = self._table.guess_type(f"x.{name.rpartition('.')[2]}" if "." in name else name)
        return None if encoding else guessed


def claimed_type(text: str | None) -> str | None:
    """A claim in lower case, without parameters; None where nothing is claimed.

    Raises:
        InvalidInputError: it is no MIME type.
    """
    return media_type(text) if text and text.strip() else None


def settled_type(claim: str | None, by_name: str | None, recognised: Sequence[str]) -> str:
    """The type of a file.

    Args:
        claim: what the client says, if anything.
        by_name: what its name says, if anything; it makes what is recognised more exact, and never contradicts it.
        recognised: what the bytes look like.

    Raises:
        TypeNotAllowedError: the bytes contradict the claim.
    """
    if claim is not None:
        if contradicts(claim, recognised):
            seen = f"; they look like {recognised[0]}" if recognised else ""
            raise TypeNotAllowedError(f"The bytes are not of the type {claim}{seen}.", ("contentType",))
        return claim
    if by_name is not None and by_name != UNKNOWN and not contradicts(by_name, recognised):
        return by_name
    return recognised[0] if recognised else UNKNOWN


def contradicts(claim: str, recognised: Sequence[str]) -> bool:
    """Whether bytes that look like this cannot be of a type."""
    families = families_of(claim)
    if not recognised:
        return any(is_recognisable(family) for family in families)
    if claim in recognised or claim == UNKNOWN:
        return False
    if families:
        return not any(families & families_of(each) for each in recognised)
    kind = claim.partition("/")[0]
    return kind in _NAMED and not any(each.startswith(f"{kind}/") for each in recognised)
