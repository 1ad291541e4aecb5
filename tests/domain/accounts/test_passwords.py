from __future__ import annotations

import unicodedata

import pytest

from domain.accounts.passwords import PasswordPolicy, PasswordWeakness, fold, normalize
from domain.errors import InvalidInputError


class Listed:
    def __init__(self, *passwords: str) -> None:
        self._passwords = passwords

    async def contains(self, password: str) -> bool:
        return password in self._passwords


FULL_WIDTH = "".join(chr(ord(character) + 0xFEE0) for character in "password1")
POLICY = PasswordPolicy(Listed("password1", "straße12".casefold()))


@pytest.mark.parametrize(
    ("password", "weaknesses"),
    [
        ("", (PasswordWeakness.TOO_SHORT,)),
        ("1234567", (PasswordWeakness.TOO_SHORT,)),
        ("a phrase", ()),
        ("x" * 128, ()),
        ("x" * 129, (PasswordWeakness.TOO_LONG,)),
        ("x" * 1_000_000, (PasswordWeakness.TOO_LONG,)),
        ("password1", (PasswordWeakness.COMMON,)),
        ("PassWord1", (PasswordWeakness.COMMON,)),
        (FULL_WIDTH, (PasswordWeakness.COMMON,)),
        ("STRASSE12", (PasswordWeakness.COMMON,)),
        ("SelfGraph", (PasswordWeakness.SAME_AS_IDENTIFIER,)),
        ("        ", ()),
    ],
)
async def test_refuses_what_is_short_long_common_or_the_products_name(
    password: str, weaknesses: tuple[PasswordWeakness, ...]
) -> None:
    assert await POLICY.weaknesses(password) == weaknesses


@pytest.mark.parametrize("password", ["Ada.Lovelace@example.com", "ada.lovelace", "countess", "+447700900123"])
async def test_refuses_what_names_the_account(password: str) -> None:
    identifiers = ("ada.lovelace@example.com", "Countess", "+447700900123", None)

    assert await POLICY.weaknesses(password, identifiers) == (PasswordWeakness.SAME_AS_IDENTIFIER,)


async def test_every_weakness_is_told() -> None:
    assert await POLICY.weaknesses("password1", ["password1"]) == (
        PasswordWeakness.COMMON,
        PasswordWeakness.SAME_AS_IDENTIFIER,
    )


async def test_a_character_counts_once_however_it_is_written() -> None:
    decomposed = unicodedata.normalize("NFD", "éèêëéèê")

    assert len(decomposed) == 14
    assert await POLICY.weaknesses(decomposed) == (PasswordWeakness.TOO_SHORT,)
    assert await POLICY.weaknesses("🔑" * 8) == ()


@pytest.mark.parametrize("password", ["eight\0characters", "\ud83d half a pair", "half a pair \udd11"])
async def test_what_is_no_text_is_invalid_input(password: str) -> None:
    with pytest.raises(InvalidInputError):
        await POLICY.weaknesses(password)


def test_keyboards_that_compose_differently_give_one_password() -> None:
    assert normalize(unicodedata.normalize("NFD", "Ångström")) == "Ångström"


def test_normalising_keeps_apart_what_looks_different() -> None:
    # NFKC would make these one and the same, and a password weaker.
    assert normalize("x²") != normalize("x2")


def test_very_long_text_is_refused_before_it_is_normalised() -> None:
    with pytest.raises(InvalidInputError, match="too long"):
        normalize("e" + "\u0301" * 1_000_000)


def test_folding_is_stable() -> None:
    assert fold(fold("ﬁŸ Straße Ⅷ")) == fold("ﬁŸ Straße Ⅷ")
