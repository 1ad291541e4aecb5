"""Remembers what is made of each of many things, for who makes it of nearly the same ones again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar, TypeVarTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

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
