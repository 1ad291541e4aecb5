from __future__ import annotations

import pytest

from domain.errors import ForbiddenError
from domain.tables.plan import SessionVariable
from domain.tables.session_lists import array_text
from domain.tables.statement import Values
from tests.domain.tables.catalogs import TEXT


@pytest.mark.parametrize(
    ("held", "array"),
    [
        ("{1,2}", "{1,2}"),
        ("[1, 2]", '{"1","2"}'),
        ("[]", "{}"),
        ('["a\\"b", "c\\\\d", null, true]', '{"a\\"b","c\\\\d",NULL,"true"}'),
        ("[1:2]={1,2}", "[1:2]={1,2}"),
        ("[" * 100_000, "[" * 100_000),
        ("", ""),
    ],
)
def test_lists_are_arrays_to_postgresql(held: str, array: str) -> None:
    assert array_text(held) == array


def test_only_variables_that_hold_lists_are_read_as_lists() -> None:
    values = Values([], {"x-tags": '["a"]'})

    assert values.of(SessionVariable("x-tags", TEXT)) == '["a"]'
    assert values.of(SessionVariable("x-tags", TEXT, many=True)) == '{"a"}'


def test_a_variable_that_is_missing_refuses() -> None:
    with pytest.raises(ForbiddenError):
        Values([], {}).of(SessionVariable("x-tags", TEXT))
