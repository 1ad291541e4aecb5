"""What is sent of a file, and what is said about it in the head of the response."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formatdate
from functools import cached_property, lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple, assert_never

from domain.storage.downloading import Access, download_name
from domain.storage.paths import name_of
from graph.transport.files.conditions import Representation
from graph.transport.files.disposition import content_disposition

if TYPE_CHECKING:
    from datetime import datetime

    from domain.storage.downloading import Readable
    from domain.storage.showing_images import DerivedImage

    Headers = list[tuple[bytes, bytes]]

# The attributes of the enumeration are looked up for longer than all the rest of a head.
_OK: Final = int(HTTPStatus.OK)
_PARTIAL_CONTENT: Final = int(HTTPStatus.PARTIAL_CONTENT)
FRESH_SECONDS: Final = 60
"""How long caches may keep a file without asking again: as long may somebody see what is not public any more."""
# A file is foreign code at worst. Should a browser show it all the same, it may do nothing: no script, no form, no
# request, and not as a page of this origin.
_ALWAYS: Final = (
    (b"accept-ranges", b"bytes"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
)
# Pages of other origins show what is public, and what they have an address for.
_FOREIGN: Final = (b"cross-origin-resource-policy", b"cross-origin")
_OWN: Final = (b"cross-origin-resource-policy", b"same-origin")
_CREDENTIALS: Final = (b"vary", b"Authorization, ApiKey, X-Api-Key, X-Role, X-Hasura-Role, X-User-Id, X-Hasura-User-Id")


class Terms(NamedTuple):
    """On which terms a client has a file.

    Attributes:
        access: why it may read it.
        seconds: until the address expires, where it is signed.
    """

    access: Access
    seconds: int = 0

    def headers(self) -> Headers:
        """Who may keep the answer, and for how long."""
        match self.access:
            case Access.PUBLIC:
                return [(b"cache-control", b"public, max-age=%d, must-revalidate" % FRESH_SECONDS), _FOREIGN]
            case Access.SIGNED:
                seconds = min(self.seconds, FRESH_SECONDS)
                return [(b"cache-control", b"private, max-age=%d, must-revalidate" % seconds), _FOREIGN]
            case Access.PERSONAL:
                return [(b"cache-control", b"private, no-cache"), _OWN, _CREDENTIALS]
            case _:
                assert_never(self.access)


class Part(NamedTuple):
    """What is sent, and the head before it.

    Attributes:
        offset: of the first byte.
        length: in bytes.
    """

    status: int
    headers: Headers
    offset: int
    length: int


@dataclass(frozen=True)
class Shown:
    """What is sent: the bytes of a file, or an image that was made of them.

    Attributes:
        name: under which it is kept.
        saved: whether it is kept in any case, and not shown.
        modified_at: when it last changed.
    """

    object_key: str
    size: int
    content_type: str
    etag: str
    modified_at: datetime
    name: str
    saved: bool

    @cached_property
    def validators(self) -> Representation:
        """What conditions of a request are compared with."""
        return Representation(self.size, self.etag.encode(), self.modified_at)

    @property
    def disposition(self) -> bytes:
        """How a browser treats it."""
        return content_disposition(self.name, self.content_type, saved=self.saved)

    def headers(self, terms: Terms) -> Headers:
        """The head of a response, but for what is about its length."""
        return [*self._description, *terms.headers(), *_ALWAYS]

    def part(self, terms: Terms, asked: tuple[int, int] | None) -> Part:
        """All of it, or the range that is asked for: its first byte and how many."""
        headers = self.headers(terms)
        if asked is None:
            headers.append((b"content-length", b"%d" % self.size))
            return Part(_OK, headers, 0, self.size)
        offset, length = asked
        headers.append((b"content-length", b"%d" % length))
        headers.append((b"content-range", b"bytes %d-%d/%d" % (offset, offset + length - 1, self.size)))
        return Part(_PARTIAL_CONTENT, headers, offset, length)

    def unchanged(self, terms: Terms) -> Headers:
        """The head of a response that says that nothing has changed (RFC 9110, section 15.4.5)."""
        return [(b"etag", self.etag.encode()), *terms.headers()]

    @cached_property
    def _description(self) -> Headers:
        modified = formatdate(int(self.modified_at.timestamp()), usegmt=True)
        return [
            (b"etag", self.etag.encode()),
            (b"last-modified", modified.encode()),
            (b"content-type", self.content_type.encode()),
            (b"content-disposition", self.disposition),
        ]


@lru_cache(maxsize=2048)  # of the same files, with what is said about them, again and again
def shown_file(found: Readable, name: str | None) -> Shown:
    """A file itself; `name` is that under which the client wants to keep it."""
    return Shown(
        object_key=found.object_key,
        size=found.size,
        content_type=found.content_type,
        etag=found.etag,
        modified_at=found.updated_at,
        name=name_of(found.path) if name is None else download_name(name),
        saved=name is not None,
    )


def shown_image(found: Readable, image: DerivedImage, name: str | None) -> Shown:
    """An image that was made of a file."""
    extension = image.content_type.rpartition("/")[2]
    stem, dot, _ = name_of(found.path).rpartition(".")
    return Shown(
        object_key=image.object_key,
        size=image.size,
        content_type=image.content_type,
        etag=image.etag,
        modified_at=found.updated_at,
        name=f"{stem if stem and dot else name_of(found.path)}.{extension}" if name is None else download_name(name),
        saved=name is not None,
    )
