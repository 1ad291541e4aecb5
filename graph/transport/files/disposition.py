"""How a browser treats a file: by which name it is kept, and whether it is shown at all."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from urllib.parse import quote

# Types that run nothing in the origin of the API when they are shown. HTML, SVG, XML and scripts are not among them,
# nor is anything that is not known here. https://html.spec.whatwg.org/multipage/browsing-the-web.html
_SHOWN: Final = frozenset(
    {
        "image/apng",
        "image/avif",
        "image/bmp",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "audio/aac",
        "audio/flac",
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "audio/webm",
        "video/mp4",
        "video/ogg",
        "video/webm",
        "text/plain",
    }
)
# RFC 8187, section 3.2.1: attr-char.
_ATTRIBUTE: Final = "!#$&+-.^_`|~"
# `%` is decoded by some browsers in the plain form, and quotes and backslashes end it in others.
_UNSAFE: Final = frozenset('"\\%')


@lru_cache(maxsize=1024)
def content_disposition(name: str, content_type: str, *, saved: bool) -> bytes:
    """The header's value by RFC 6266: the name in ASCII, and in UTF-8 where that is another one.

    Args:
        name: under which the file is kept.
        content_type: a file is shown only if it is of a type that is known to be harmless.
        saved: that it is kept in any case.
    """
    kind = "attachment" if saved or content_type not in _SHOWN else "inline"
    plain = "".join(each if " " <= each <= "~" and each not in _UNSAFE else "_" for each in name)
    extended = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe=_ATTRIBUTE)}"
    return f'{kind}; filename="{plain}"{extended}'.encode()
