from __future__ import annotations

import re

import pytest

from domain.accounts.one_time_codes import new_recovery_codes, recovery_hash


def test_ten_different_recovery_codes_of_readable_groups() -> None:
    codes = new_recovery_codes()

    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){3}", code) for code in codes)


def test_a_recovery_code_may_be_typed_in_any_way() -> None:
    code = "abcd-efgh-iolb-2345"

    for typed in (
        "ABCD EFGH IOLB 2345",
        "abcdefghiolb2345",
        " abcd\u2013efgh\u2013iolb\u20132345\n",
        "abcd-efgh-i018-2345",
    ):
        assert recovery_hash(typed) == recovery_hash(code)


@pytest.mark.parametrize("typed", ["", "abcd-efgh-iolb-2346", "\ud800", "x" * 1_000_000, "abcd-efgh-iolb"])
def test_another_code_has_another_hash(typed: str) -> None:
    assert recovery_hash(typed) != recovery_hash("abcd-efgh-iolb-2345")
    assert len(recovery_hash(typed)) == 32
