"""Families of types: those of one family look alike in their first bytes, or are names for the same."""

from __future__ import annotations

from typing import Final

_FAMILIES: Final[dict[str, frozenset[str]]] = {
    "png": frozenset({"image/png", "image/apng", "image/x-png", "image/vnd.mozilla.apng"}),
    "jpeg": frozenset({"image/jpeg", "image/jpg", "image/pjpeg"}),
    "gif": frozenset({"image/gif"}),
    "webp": frozenset({"image/webp"}),
    "bmp": frozenset({"image/bmp", "image/x-ms-bmp", "image/x-bmp"}),
    "icon": frozenset({"image/x-icon", "image/vnd.microsoft.icon", "image/ico"}),
    # The raw images of most cameras are TIFF.
    "tiff": frozenset(
        {
            "image/tiff",
            "image/x-adobe-dng",
            "image/x-canon-cr2",
            "image/x-nikon-nef",
            "image/x-sony-arw",
            "image/x-dcraw",
            "image/geotiff",
        }
    ),
    "heif": frozenset(
        {
            "image/heif",
            "image/heic",
            "image/heic-sequence",
            "image/heif-sequence",
            "image/avif",
            "image/avif-sequence",
        }
    ),
    "mp4": frozenset(
        {
            "video/mp4",
            "audio/mp4",
            "application/mp4",
            "audio/x-m4a",
            "audio/m4a",
            "audio/aac",
            "video/x-m4v",
            "video/quicktime",
            "video/3gpp",
            "audio/3gpp",
            "video/3gpp2",
            "audio/3gpp2",
        }
    ),
    "matroska": frozenset(
        {"video/webm", "audio/webm", "video/x-matroska", "audio/x-matroska", "application/x-matroska"}
    ),
    "ogg": frozenset({"audio/ogg", "video/ogg", "application/ogg", "audio/opus", "audio/vorbis", "audio/x-vorbis+ogg"}),
    "mpeg audio": frozenset({"audio/mpeg", "audio/mp3", "audio/x-mp3", "audio/mpeg3", "audio/x-mpeg"}),
    "wave": frozenset({"audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"}),
    "flac": frozenset({"audio/flac", "audio/x-flac"}),
    "avi": frozenset({"video/x-msvideo", "video/avi", "video/vnd.avi", "video/msvideo"}),
    "pdf": frozenset({"application/pdf", "application/x-pdf", "application/illustrator", "application/vnd.fdf"}),
    "postscript": frozenset({"application/postscript", "image/x-eps", "application/eps", "application/illustrator"}),
    "zip": frozenset(
        {
            "application/zip",
            "application/x-zip",
            "application/x-zip-compressed",
            "application/java-archive",
            "application/x-java-archive",
            "application/vnd.android.package-archive",
            "application/vnd.comicbook+zip",
            "application/x-cbz",
            "application/vnd.google-earth.kmz",
            "application/x-xpinstall",
            "application/vnd.apple.pages",
            "application/vnd.apple.numbers",
            "application/vnd.apple.keynote",
            "model/3mf",
        }
    ),
    "ole": frozenset(
        {
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            "application/vnd.ms-outlook",
            "application/vnd.visio",
            "application/x-msi",
            "application/x-ole-storage",
        }
    ),
    "gzip": frozenset({"application/gzip", "application/x-gzip", "application/x-tgz", "application/x-compressed-tar"}),
    "tar": frozenset({"application/x-tar", "application/tar"}),
    "7z": frozenset({"application/x-7z-compressed"}),
    "rar": frozenset({"application/vnd.rar", "application/x-rar", "application/x-rar-compressed"}),
    "program": frozenset(
        {
            "application/x-msdownload",
            "application/vnd.microsoft.portable-executable",
            "application/x-dosexec",
            "application/x-msdos-program",
            "application/x-executable",
            "application/x-elf",
            "application/x-sharedlib",
        }
    ),
    "html": frozenset({"text/html", "application/xhtml+xml"}),
    "xml": frozenset({"application/xml", "text/xml"}),
    "text": frozenset(
        {
            "application/json",
            "application/x-ndjson",
            "application/jsonl",
            "application/javascript",
            "application/x-javascript",
            "application/ecmascript",
            "application/typescript",
            "application/x-sh",
            "application/x-python-code",
            "application/sql",
            "application/graphql",
            "application/yaml",
            "application/x-yaml",
            "application/toml",
            "application/rtf",
            "application/x-tex",
            "application/x-latex",
            "application/csv",
            "application/x-subrip",
            "application/x-pem-file",
            "application/x-mpegurl",
            "audio/mpegurl",
            "audio/x-mpegurl",
            "image/vnd.dxf",
            "image/x-xpixmap",
        }
    ),
}
_RECOGNISABLE: Final = frozenset({"png", "jpeg", "gif", "webp", "heif", "pdf", "zip", "7z", "rar", "program"})
# A compressed archive is claimed as either; a spreadsheet may be a table of HTML, XML or text.
_ALSO: Final[dict[str, frozenset[str]]] = {
    "application/x-tar": frozenset({"gzip"}),
    "application/vnd.ms-excel": frozenset({"html", "xml", "text", "zip"}),
    "application/msword": frozenset({"html", "xml", "text"}),
    "image/svg+xml": frozenset({"gzip"}),
    "audio/aac": frozenset({"mpeg audio"}),
    # What browsers call a source of TypeScript, by its extension.
    "video/mp2t": frozenset({"text"}),
}
_PREFIXES: Final = {
    "application/vnd.openxmlformats-officedocument.": "zip",
    "application/vnd.oasis.opendocument.": "zip",
    "text/": "text",
}
_SUFFIXES: Final = {"+xml": "xml", "+json": "text", "+zip": "zip", "+gzip": "gzip"}


def families_of(content_type: str) -> frozenset[str]:
    """The families that a type belongs to; none where nothing is known of how it looks."""
    named = {family for family, types in _FAMILIES.items() if content_type in types}
    named |= {family for prefix, family in _PREFIXES.items() if content_type.startswith(prefix)}
    named |= {family for suffix, family in _SUFFIXES.items() if content_type.endswith(suffix)}
    return frozenset(named) | _ALSO.get(content_type, frozenset())


def is_recognisable(family: str) -> bool:
    """Whether bytes of the family always show it."""
    return family in _RECOGNISABLE
