from __future__ import annotations

from domain.kept import Kept


class Doubling:
    """Doubles numbers and notes which ones it was asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, number: int) -> list[int]:
        self.asked.append(number)
        return [2 * number]


def test_what_is_given_the_same_is_the_same_object() -> None:
    make = Doubling()
    kept = Kept(make)
    first = kept.of("a", 1)

    kept.begin()

    assert kept.of("a", 1) is first
    assert make.asked == [1]


def test_what_is_given_something_else_is_made_again() -> None:
    make = Doubling()
    kept = Kept(make)
    kept.of("a", 1)
    kept.begin()

    assert kept.of("a", 2) == [4]
    assert make.asked == [1, 2]


def test_what_a_pass_does_not_ask_for_is_forgotten() -> None:
    make = Doubling()
    kept = Kept(make)
    kept.of("a", 1)
    kept.begin()
    kept.of("b", 2)
    kept.begin()

    kept.of("a", 1)

    assert make.asked == [1, 2, 1]
