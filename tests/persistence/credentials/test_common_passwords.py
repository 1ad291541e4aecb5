from __future__ import annotations

import asyncio

import pytest

from domain.accounts.passwords import PasswordPolicy, PasswordWeakness
from persistence.credentials.common_passwords import BundledCommonPasswords


@pytest.mark.parametrize("password", ["password", "12345678", "Iloveyou1", "QWERTYUIOP"])
async def test_the_bundled_list_holds_what_everybody_tries(password: str) -> None:
    assert await PasswordPolicy(BundledCommonPasswords()).weaknesses(password) == (PasswordWeakness.COMMON,)


async def test_a_good_password_is_not_listed() -> None:
    assert await PasswordPolicy(BundledCommonPasswords()).weaknesses("correct horse battery") == ()


async def test_many_may_ask_first() -> None:
    common = BundledCommonPasswords()

    assert await asyncio.gather(*(common.contains("password") for _ in range(20))) == [True] * 20
