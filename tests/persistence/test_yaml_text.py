from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from persistence.yaml_text import YamlError, read_yaml, write_yaml

words = st.sampled_from(
    ["no", "on", "y", "null", "~", "1e5", "0x1F", "0o7", "010", "1_000", "2020-01-01", "1:30", "=", "<<", ""]
)
texts = st.text(st.characters(exclude_categories=["Cs"])) | words
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


@given(values)
def test_what_is_written_is_read_as_it_was(value: object) -> None:
    assert read_yaml(write_yaml(value)).value == value  # type: ignore[arg-type]


@given(st.lists(words))
def test_readers_of_the_older_yaml_see_the_same_texts(value: list[str]) -> None:
    assert yaml.safe_load(write_yaml([*value])) == value


def test_plain_words_are_what_the_newer_yaml_says() -> None:
    text = "[no, on, yes, 2020-01-01, 1:30, 1_000, true, null, 12, 0x1f, 1.5, 1e3, ~]"

    assert read_yaml(text).value == [
        "no",
        "on",
        "yes",
        "2020-01-01",
        "1:30",
        "1_000",
        True,
        None,
        12,
        31,
        1.5,
        1000.0,
        None,
    ]


def test_json_is_read_too() -> None:
    assert read_yaml('{"a": [1, "x\\n", null], "b": {}}').value == {"a": [1, "x\n", None], "b": {}}


def test_the_line_of_a_value_is_that_of_its_name() -> None:
    document = read_yaml("a:\n  b:\n    - 1\n    -\n      c: x\n")

    assert document.line(("a", "b")) == 2
    assert document.line(("a", "b", 1, "c")) == 5
    assert document.line(("a", "b", 1, "missing", "deeper")) == 5


def test_merge_keys_bring_in_what_is_not_there() -> None:
    text = "one: &one {a: 1, b: 1}\ntwo: &two {b: 2, c: 2}\nthree: {<<: [*one, *two], c: 3}"

    document = read_yaml(text).value

    assert isinstance(document, dict)
    assert document["three"] == {"a": 1, "b": 1, "c": 3}


def test_what_is_included_is_kept_as_a_text() -> None:
    assert read_yaml("- !include a.yaml\n- '!include b.yaml'").value == ["!include a.yaml", "!include b.yaml"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2", "line 2: a is there twice."),
        ("a: &x\n  - *x", "line 1: A value cannot hold itself."),
        ("a: !!python/object:os.system x", "line 1: python/object:os.system is not taken here."),
        ("a: 1\n? [1]\n: 2", "line 2: A name is a text."),
        ("<<: 1", "line 1: A mapping is expected after <<."),
        ("a: [1", "line 2: This is no YAML: did not find expected ',' or ']'."),
        ("a: 1\n---\nb: 2", "line 2: This is no YAML: but found another document."),
        ("\x00", "line 1: This is no YAML: a character in it cannot be read."),
        ("\n[" * 100_000, "line 202: A document has at most 200 levels."),
        ("9" * 5000, "line 1: int is not taken here."),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(YamlError) as refused:
        read_yaml(text)

    assert refused.value.message == message
