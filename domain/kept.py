"""Remembers what is made of each of many things, for who makes it of nearly the same ones again and again."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Generic, TypeVar, TypeVarTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

Key = TypeVar("Key")
Thing = TypeVar("Thing")
Value = TypeVar("Value")
Given = TypeVarTuple("Given")


class Kept(Generic[Value, *Given]):
    """Calls a function again only for things of which it is given something else than in the pass before.

    The function has to depend on nothing but what it is given, all of it values that do not change. What is given is
    compared with `==`, which costs next to nothing where it is the same object; a mapping whose order counts is given
    as a tuple of its items.
    """

    def __init__(self, make: Callable[[*Given], Value]) -> None:
        self._make = make
        self._before: dict[Hashable, tuple[tuple[*Given], Value]] = {}
        self._now: dict[Hashable, tuple[tuple[*Given], Value]] = {}

    def begin(self) -> None:
        """Begin a pass over all things: what the last one did not ask for is forgotten."""
        self._before, self._now = self._now, {}

    def of(self, key: Hashable, *given: *Given) -> Value:
        """What is made of the thing called `key`; the same object as in the pass before if it is given the same."""
        found = self._before.get(key)
        if found is None or found[0] != given:
            found = (given, self._make(*given))
        self._now[key] = found
        return found[1]


class KeptMapping(Generic[Key, Value]):
    """Makes a mapping from others, and calls a function again only for keys that have another object in one of them.

    The function has to depend on nothing but what it is given, all of it values that do not change. What is given is
    compared with `is`, as suits thousands of things of which one has changed. What fails is as if it had not been
    asked for, and calls in several threads do no harm.
    """

    def __init__(self, make: Callable[..., Value], *, compares: bool = False) -> None:
        """`compares`: a value that equals the one before is that one. Not for those with an order that `==` ignores."""
        self._make = make
        self._compares = compares
        self._last: tuple[tuple[Mapping[Key, object], ...], dict[Key, Value]] = ((), {})

    def __call__(self, *given: Mapping[Key, object]) -> Mapping[Key, Value]:
        """What is made of all that the mappings have for each key of the first one, in its order.

        Where one has nothing, that is None. The same object as the time before if all of its values are.
        """
        before, known = self._last
        others = _others(before, given) & given[0].keys()
        made = {key: self._made(key, given, known) for key in others}
        if list(given[0]) != list(known):
            known = {key: made[key] if key in made else known[key] for key in given[0]}
        elif any(value is not known[key] for key, value in made.items()):
            known = {**known, **made}
        self._last = given, known
        return known

    def _made(self, key: Key, given: tuple[Mapping[Key, object], ...], known: Mapping[Key, Value]) -> Value:
        value = self._make(*(each.get(key) for each in given))
        before = known.get(key)
        return before if self._compares and before is not None and before == value else value


def _others(before: tuple[Mapping[Key, object], ...], now: tuple[Mapping[Key, object], ...]) -> set[Key]:
    """The keys that have another object in one of the mappings."""
    others = set[Key]()
    for one, other in zip(before or repeat({}), now, strict=False):
        if one is not other:
            others.update([key for key, value in other.items() if one.get(key) is not value])
            if one.keys() != other.keys():
                others |= one.keys() - other.keys()
    return others


class KeptValue(Generic[Value, Thing]):
    """Calls a function again only when it is given another object, not merely an equal one."""

    def __init__(self, make: Callable[[Thing], Value]) -> None:
        self._make = make
        self._last: tuple[Thing, Value] | None = None

    def __call__(self, given: Thing) -> Value:
        """What is made of it; the same object as the time before if it is given the same."""
        last = self._last
        if last is None or last[0] is not given:
            self._last = last = given, self._make(given)
        return last[1]
