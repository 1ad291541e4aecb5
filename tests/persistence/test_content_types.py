"""Types of real files, by their first bytes."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile

import pytest

from domain.storage.content_types import contradicts
from persistence.content_types import recognise


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "application/epub+zip" if name == "mimetype" else "<x/>")
    return file.getvalue()


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"))
    return file.getvalue()


def box(brand: bytes) -> bytes:
    content = b"ftyp" + brand + b"\0\0\0\0" + brand
    return (len(content) + 4).to_bytes(4, "big") + content + bytes(50)


def matroska(kind: bytes) -> bytes:
    return (
        b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82" + bytes([0x80 + len(kind)]) + kind
    )


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SAMPLES = {
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(30),
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1" + bytes(50),
    "gif": b"GIF89a" + bytes(30),
    "webp": b"RIFF\x20\0\0\0WEBPVP8 " + bytes(30),
    "tiff": b"II*\0" + bytes(60),
    "ico": b"\0\0\1\0\1\0" + bytes(60),
    "bmp": b"BM" + bytes(60),
    "avif": box(b"avif"),
    "heic": box(b"heic"),
    "mp4": box(b"isom"),
    "mp4 of another brand": box(b"mp42"),
    "m4a": box(b"M4A "),
    "mov": box(b"qt  "),
    "webm": matroska(b"webm"),
    "mkv": matroska(b"matroska"),
    "mp3": b"ID3\3\0\0\0\0\0\0" + bytes(40),
    "mp3 without a tag": b"\xff\xfb\x90\x64" + bytes(400),
    "wav": b"RIFF\x20\0\0\0WAVEfmt " + bytes(30),
    "ogg": b"OggS\0\2" + bytes(30),
    "flac": b"fLaC" + bytes(30),
    "pdf": b"%PDF-1.7\n%\xe2\xe3\n1 0 obj",
    "pdf of text": b"%PDF-1.4\n1 0 obj",
    "zip": zipped("a.txt"),
    "docx": zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml"),
    "epub": zipped("mimetype", "a.xml"),
    "jar": zipped("META-INF/MANIFEST.MF"),
    "apk": zipped("AndroidManifest.xml", "classes.dex"),
    "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "gz": gzip.compress(b"hello"),
    "tar": tarred(),
    "html": b"<!DOCTYPE html><html><body>hi",
    "html without a doctype": b"\n  <html><head>",
    "script": b"<!-- hi --><script>alert(1)</script>",
    "xhtml": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">',
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    "svg with a prologue": b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a --><!DOCTYPE svg><svg:svg>',
    "xml": b'<?xml version="1.0"?><a/>',
    "exe": b"MZ\x90\0\3\0\0\0" + bytes(100),
    "elf": b"\x7fELF\2\1\1\0" + bytes(50),
    "csv": b"a,b,c\n1,2,3\n",
    "text": "naïve text, cut in the middle of a charact€".encode()[:-1],
    "text that begins as a program does": b"MZ is a nice start of a text\n",
    "text of 16 bits": "\ufeffhello".encode("utf-16-le"),
    "json": b'{"a": 1}',
    "javascript": b"function a() { return 1 }",
    "woff2": b"wOF2" + bytes(50),
    "noise": bytes(range(7, 250)),
    "empty": b"",
}


@pytest.mark.parametrize(
    ("sample", "types"),
    [
        ("png", ("image/png",)),
        ("webp", ("image/webp",)),
        ("heic", ("image/heif",)),
        ("mp4", ("video/mp4",)),
        ("wav", ("audio/wav",)),
        ("zip", ("application/zip",)),
        ("docx", ("application/zip",)),
        ("epub", ("application/epub+zip", "application/zip")),
        ("html", ("text/html", "text/plain")),
        ("html without a doctype", ("text/html", "text/plain")),
        ("script", ("text/html", "text/plain")),
        ("xhtml", ("application/xhtml+xml", "text/plain")),
        ("svg", ("image/svg+xml", "text/plain")),
        ("svg with a prologue", ("image/svg+xml", "text/plain")),
        ("xml", ("application/xml", "text/plain")),
        ("exe", ("application/x-msdownload",)),
        ("elf", ("application/x-msdownload",)),
        ("pdf of text", ("application/pdf", "text/plain")),
        ("text", ("text/plain",)),
        ("text that begins as a program does", ("text/plain",)),
        ("text of 16 bits", ("text/plain",)),
        ("javascript", ("text/plain",)),
        ("noise", ()),
        ("empty", ()),
    ],
)
def test_what_bytes_look_like(sample: str, types: tuple[str, ...]) -> None:
    assert recognise(SAMPLES[sample]) == types


@pytest.mark.parametrize(
    ("sample", "claims"),
    [
        ("png", "image/png image/x-png application/octet-stream application/x-mine"),
        ("jpeg", "image/jpeg image/jpg"),
        ("gif", "image/gif"),
        ("webp", "image/webp"),
        ("tiff", "image/tiff image/x-adobe-dng image/x-canon-cr2"),
        ("ico", "image/x-icon image/vnd.microsoft.icon"),
        ("bmp", "image/bmp image/x-ms-bmp"),
        ("avif", "image/avif image/heif"),
        ("heic", "image/heic image/heif"),
        ("mp4", "video/mp4 audio/mp4 video/quicktime"),
        ("mp4 of another brand", "video/mp4 video/x-m4v"),
        ("m4a", "audio/mp4 audio/x-m4a"),
        ("mov", "video/quicktime"),
        ("webm", "video/webm audio/webm video/x-matroska"),
        ("mkv", "video/x-matroska video/webm"),
        ("mp3", "audio/mpeg audio/mp3"),
        ("mp3 without a tag", "audio/mpeg"),
        ("wav", "audio/wav audio/x-wav audio/vnd.wave"),
        ("ogg", "audio/ogg video/ogg application/ogg audio/opus"),
        ("flac", "audio/flac audio/x-flac"),
        ("pdf", "application/pdf"),
        ("pdf of text", "application/pdf text/plain"),
        ("zip", "application/zip application/x-zip-compressed"),
        ("docx", f"{DOCX} application/zip"),
        ("epub", "application/epub+zip application/zip"),
        ("jar", "application/java-archive application/zip"),
        ("apk", "application/vnd.android.package-archive application/zip"),
        ("doc", "application/msword application/vnd.ms-excel"),
        ("gz", "application/gzip application/x-gzip application/x-tar image/svg+xml"),
        ("tar", "application/x-tar"),
        ("html", "text/html text/plain application/xhtml+xml"),
        ("script", "text/html text/plain"),
        ("xhtml", "application/xhtml+xml text/html application/xml text/xml"),
        ("svg", "image/svg+xml application/xml text/xml text/plain"),
        ("svg with a prologue", "image/svg+xml text/xml"),
        ("xml", "application/xml text/xml application/atom+xml application/rss+xml text/plain"),
        ("exe", "application/x-msdownload application/vnd.microsoft.portable-executable"),
        ("elf", "application/x-executable application/x-sharedlib"),
        ("csv", "text/csv text/plain application/csv application/vnd.ms-excel"),
        ("text", "text/plain text/markdown application/json application/yaml video/mp2t"),
        ("text that begins as a program does", "text/plain"),
        ("text of 16 bits", "text/plain text/csv"),
        ("json", "application/json text/plain application/geo+json"),
        ("javascript", "text/javascript application/javascript"),
        ("woff2", "font/woff2"),
        ("noise", "text/plain audio/mpeg video/mp4 application/octet-stream application/x-mine"),
        ("empty", "text/plain application/json audio/mpeg"),
    ],
)
def test_an_ordinary_claim_stands(sample: str, claims: str) -> None:
    assert [each for each in claims.split() if contradicts(each, recognise(SAMPLES[sample]))] == []


@pytest.mark.parametrize(
    ("sample", "claims"),
    [
        ("html", "image/png image/jpeg image/svg+xml application/pdf application/zip video/mp4 font/woff2"),
        ("script", "image/png image/svg+xml application/xml"),
        ("svg", "image/png image/jpeg"),
        (
            "exe",
            "image/png text/plain application/pdf application/zip application/json video/mp4 audio/mpeg font/woff2",
        ),
        ("elf", "image/gif text/html"),
        ("png", "image/jpeg text/plain text/html application/pdf audio/mpeg image/svg+xml application/json"),
        ("zip", "image/png text/plain application/pdf video/mp4"),
        ("pdf", "image/png text/html application/zip"),
        ("mp4", "image/png image/heic text/plain"),
        ("wav", "image/webp video/x-msvideo"),
        ("gz", "image/png text/plain"),
        ("text", "image/png application/pdf application/zip audio/mpeg"),
        ("noise", "image/png image/jpeg image/heic application/pdf application/zip"),
        ("empty", "image/png application/pdf"),
    ],
)
def test_a_claim_that_the_bytes_contradict_does_not(sample: str, claims: str) -> None:
    assert [each for each in claims.split() if not contradicts(each, recognise(SAMPLES[sample]))] == []


@pytest.mark.parametrize(
    "hostile", [b"<!--" * 1024, b"<" * 4096, b"<?" * 2048, b"<?x?>" * 800, b"<!doctype x [" + b"[]" * 2000]
)
def test_markup_without_an_end_is_read_in_time(hostile: bytes) -> None:
    assert recognise(hostile)[-1] == "text/plain"
