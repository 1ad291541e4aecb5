from __future__ import annotations

import pytest

from domain.kept import Kept, KeptMapping, KeptValue


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


class Adding:
    """Adds what it is given and notes what that was."""

    def __init__(self) -> None:
        self.asked: list[tuple[int | None, ...]] = []

    def __call__(self, *numbers: int | None) -> tuple[int, ...]:
        self.asked.append(numbers)
        return (sum(number or 0 for number in numbers),)


def test_only_values_of_which_something_is_another_are_made_again() -> None:
    make = Adding()
    kept: KeptMapping[str, tuple[int, ...]] = KeptMapping(make)
    first = dict(kept({"a": 1, "b": 2}, {"a": 10, "b": 20}))
    make.asked.clear()

    second = kept({"a": 1, "b": 2}, {"a": 10, "b": 30})

    assert second == {"a": (11,), "b": (32,)}
    assert second["a"] is first["a"]
    assert make.asked == [(2, 30)]


def test_a_mapping_of_which_nothing_is_another_is_the_same_object() -> None:
    make = Adding()
    kept: KeptMapping[str, tuple[int, ...]] = KeptMapping(make)
    first = kept({"a": 1})

    assert kept({"a": 1}) is first
    assert kept({"a": 1, "b": 2}) is not first
    assert make.asked == [(1,), (2,)]


@pytest.mark.parametrize(
    ("before", "after", "made"),
    [
        (({"a": 1, "b": 2}, {}), ({"b": 2, "a": 1}, {}), []),
        (({"a": 1, "b": 2}, {}), ({"b": 2}, {}), []),
        (({"b": 2}, {}), ({"a": 1, "b": 2}, {}), [(1, None)]),
        (({"a": 1}, {"a": 5}), ({"a": 1}, {}), [(1, None)]),
        (({"a": 1}, {}), ({"a": 1}, {"a": 5, "b": 6}), [(1, 5)]),
        (({}, {}), ({"a": 1}, {"a": 5}), [(1, 5)]),
        (({"a": 1}, {}), ({}, {}), []),
    ],
    ids=["another order", "one fewer", "one more", "said no more", "said now", "all", "none"],
)
def test_a_mapping_has_the_keys_of_the_first_one_in_their_order(
    before: tuple[dict[str, int], ...], after: tuple[dict[str, int], ...], made: list[tuple[int | None, ...]]
) -> None:
    make = Adding()
    kept: KeptMapping[str, tuple[int, ...]] = KeptMapping(make)
    kept(*before)
    make.asked.clear()

    found = kept(*after)

    assert list(found.items()) == list(KeptMapping[str, tuple[int, ...]](Adding())(*after).items())
    assert make.asked == made


@pytest.mark.parametrize("compares", [True, False])
def test_a_value_that_equals_the_one_before_is_the_same_object_where_values_are_compared(*, compares: bool) -> None:
    kept: KeptMapping[str, tuple[int, ...]] = KeptMapping(Adding(), compares=compares)
    first = kept({"a": 1, "b": 2}, {"a": 10, "b": 20})

    second = kept({"a": 10, "b": 2}, {"a": 1, "b": 20})

    assert second == first
    assert (second is first) is compares


def test_a_thing_is_made_something_of_again_only_if_it_is_another_object() -> None:
    make = Adding()
    kept: KeptValue[tuple[int, ...], list[int]] = KeptValue(lambda given: make(*given))
    given = [1, 2]
    first = kept(given)

    assert kept(given) is first
    assert kept([1, 2]) is not first
    assert len(make.asked) == 2


def test_what_could_not_be_made_is_made_the_next_time() -> None:
    failing = True

    def make(number: int) -> int:
        if failing and number == 2:
            raise ValueError("not yet")
        return 2 * number

    kept: KeptMapping[str, int] = KeptMapping(make)
    kept({"a": 1})
    given = {"a": 3, "b": 2}
    with pytest.raises(ValueError, match="not yet"):
        kept(given)
    failing = False

    assert kept(given) == {"a": 6, "b": 4}
