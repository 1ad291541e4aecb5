"""What the first bytes of a file look like: text and markup by their own rules, all else by the table of puremagic."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol, cast

import puremagic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_LONGEST_CHARACTER: Final = 4
# What may stand before the first element of XML and HTML: a declaration, comments, a document type.
_PROLOGUE: Final = re.compile(
    rb"\s*(?:<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[[^\]]*\]\s*)?>)", re.DOTALL | re.IGNORECASE
)
_HTML_DOCTYPE: Final = re.compile(rb"<!doctype\s+html", re.IGNORECASE)
_ELEMENT: Final = re.compile(rb"\s*<([a-z_][\w.:-]*)", re.IGNORECASE)
# Those that https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type takes for HTML.
_HTML: Final = frozenset(b"html head script iframe body".split())
_MAYBE_HTML: Final = frozenset(b"h1 div font table a style title b br p meta link img form input".split())
_PREFIXES: Final = ((b"%PDF-", "application/pdf"), (b"%!PS", "application/postscript"), (b"{\\rtf", "application/rtf"))
_ZIP: Final = b"PK\x03\x04"
_MIMETYPE_ENTRY: Final = re.compile(rb"PK\x03\x04.{26}mimetype([a-z]+/[a-z0-9.+-]+)", re.DOTALL)
_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe")
_PROGRAM: Final = "application/x-msdownload"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# In tenths: how many bytes agree. Two of them are not enough to take anything for a bitmap.
_CONFIDENCE: Final = 0.3
_NAMES: Final = {
    "application/x-gzip": "application/gzip",
    "audio/wave": "audio/wav",
    "audio/x-wav": "audio/wav",
    "image/jpg": "image/jpeg",
    "application/ogg": "audio/ogg",
}


def recognise(head: bytes) -> tuple[str, ...]:
    """The types that bytes may be of, the likeliest first: none where nothing is known, `text/plain` of any text."""
    if not head:
        return ()
    if head.startswith(_UTF16):
        return ("text/plain",)
    if _is_text(head):
        return tuple(dict.fromkeys((*_kinds_of_text(head.removeprefix(b"\xef\xbb\xbf")), "text/plain")))
    return tuple(dict.fromkeys(_kinds_of_binary(head)))


def _is_text(head: bytes) -> bool:
    if _CONTROLS.search(head):
        return False
    for cut in range(min(_LONGEST_CHARACTER, len(head))):
        try:
            head[: len(head) - cut].decode()
        except UnicodeDecodeError:
            continue
        return True
    return False


def _kinds_of_text(text: bytes) -> Iterator[str]:
    yield from (name for prefix, name in _PREFIXES if text.startswith(prefix))
    position, declared = 0, text.lstrip()[:5].lower() == b"<?xml"
    while found := _PROLOGUE.match(text, position):
        if _HTML_DOCTYPE.search(found.group()):
            yield "application/xhtml+xml" if declared else "text/html"
            return
        position = found.end()
    element = _ELEMENT.match(text, position)
    name = element.group(1).lower() if element else b""
    yield from _by_element(name.rpartition(b":")[2], declared=declared)


def _by_element(name: bytes, *, declared: bool) -> Iterable[str]:
    if name == b"svg":
        return ("image/svg+xml",)
    if declared:
        return ("application/xhtml+xml",) if name == b"html" else ("application/xml",)
    if name in _HTML:
        return ("text/html",)
    return ("text/html", "application/xml") if name in _MAYBE_HTML else ("application/xml",) if name else ()


def _kinds_of_binary(head: bytes) -> Iterator[str]:
    if head.startswith(_ZIP):
        found = _MIMETYPE_ENTRY.match(head)
        if found:
            yield found.group(1).decode()
        yield "application/zip"
    elif head.startswith(_OLE):
        yield "application/x-ole-storage"
    elif head.startswith(_PROGRAMS):
        yield _PROGRAM
    else:
        yield from _by_table(head)


class _Match(Protocol):
    """What puremagic finds; it says nothing of types to type checkers."""

    mime_type: str
    confidence: float


def _by_table(head: bytes) -> Iterator[str]:
    try:
        matches = cast("list[_Match]", puremagic.magic_string(head))  # pyright: ignore[reportUnknownMemberType] - same
    except (puremagic.PureError, ValueError):
        return
    typed = [match for match in matches if match.mime_type]
    surest = max((match.confidence for match in typed), default=0)
    for match in typed:
        # What only shares the beginning of a better match, as all kinds of RIFF do, is not meant.
        if match.confidence == surest >= _CONFIDENCE:
            yield _NAMES.get(match.mime_type, match.mime_type)
