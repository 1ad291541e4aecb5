"""The names under which files are kept, and what is shown."""

from __future__ import annotations

import pytest

from graph.transport.files.disposition import content_disposition


@pytest.mark.parametrize(
    "content_type",
    [
        "text/html",
        "image/svg+xml",
        "application/xml",
        "text/xml",
        "application/xhtml+xml",
        "text/javascript",
        "application/javascript",
        "application/pdf",
        "text/css",
        "text/x-unknown",
        "",
        "image/png;x",
    ],
)
def test_what_could_run_or_is_not_known_is_not_shown(content_type: str) -> None:
    assert content_disposition("a", content_type, saved=False).startswith(b"attachment;")


@pytest.mark.parametrize("content_type", ["image/png", "image/avif", "video/mp4", "audio/mpeg", "text/plain"])
def test_harmless_types_are_shown(content_type: str) -> None:
    assert content_disposition("a", content_type, saved=False).startswith(b"inline;")


def test_what_is_to_be_kept_is_not_shown() -> None:
    assert content_disposition("a.png", "image/png", saved=True) == b'attachment; filename="a.png"'


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("a b.txt", 'filename="a b.txt"'),
        ("Grüße.txt", "filename=\"Gr__e.txt\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt"),
        ('a"b.txt', "filename=\"a_b.txt\"; filename*=UTF-8''a%22b.txt"),
        ("a%22b.txt", "filename=\"a_22b.txt\"; filename*=UTF-8''a%2522b.txt"),
        ("a;b'(c)*.txt", 'filename="a;b\'(c)*.txt"'),
        ("日本.png", "filename=\"__.png\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.png"),
    ],
)
def test_a_name_is_told_in_ascii_and_where_that_is_another_one_in_full(name: str, value: str) -> None:
    assert content_disposition(name, "image/png", saved=False).decode() == f"inline; {value}"
