from __future__ import annotations

import pytest

from domain.errors import InvalidInputError
from domain.tables.json_paths import read_json_path


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("$", []),
        ("a", ["a"]),
        (".a", ["a"]),
        ("$.a", ["a"]),
        ("$a", ["a"]),
        ("a.b", ["a", "b"]),
        ("_a-1.b2", ["_a-1", "b2"]),
        ("é.ß", ["é", "ß"]),
        ("[0]", ["0"]),
        ("$[0]", ["0"]),
        ("a[12].b", ["a", "12", "b"]),
        ("a.[1].b", ["a", "1", "b"]),
        ("[-1]", ["-1"]),
        ("['a b']", ["a b"]),
        ('["a b"]', ["a b"]),
        ("$['']", [""]),
        ("['你好'][\"!@#$%^\"]", ["你好", "!@#$%^"]),
        (r"['it\'s']", ["it's"]),
        (r'["a\\b"]', [r"a\b"]),
        ("['a.b[0]']", ["a.b[0]"]),
        ("['new\nline']", ["new\nline"]),
    ],
)
def test_a_path_is_read_as_keys(text: str, steps: list[str]) -> None:
    assert read_json_path(text) == steps


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "$.",
        "$$",
        "a..b",
        "a.",
        "1",
        "-a",
        "a b",
        "[]",
        "[a]",
        "[0",
        "[1.5]",
        "[\u0661]",
        "['a]",
        "['a\"]",
        "['a'",
        r"['a\']",
        "$.*",
        "$..a",
        "[0:2]",
        "a" * 1001,
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        read_json_path(text)


def test_a_long_path_is_read_in_no_time_worth_speaking_of() -> None:
    assert len(read_json_path("['" + "\\\\" * 497 + "']")[0]) == 497
