"""A cache that forgets what was used longest ago, bounded by the number and the weight of its entries."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

Key = TypeVar("Key", bound="Hashable")
Value = TypeVar("Value")


class Budget:
    """What several caches may weigh together: those that were added to longest ago are emptied until it is kept.

    To find an entry costs nothing more than without one; what is asked for again is added again. A cache that nobody
    has any more counts until its turn comes.
    """

    def __init__(self, max_weight: int) -> None:
        self._max_weight = max_weight
        self._weight = 0
        self._weights: OrderedDict[BoundedCache[Any, Any], int] = OrderedDict()

    def hold(self, cache: BoundedCache[Any, Any], weight: int) -> None:
        """Count a cache that has just been added to with what it weighs now."""
        self._weight += weight - self._weights.get(cache, 0)
        self._weights[cache] = weight
        self._weights.move_to_end(cache)
        while self._weight > self._max_weight:
            oldest, freed = self._weights.popitem(last=False)
            self._weight -= freed
            oldest.clear()


class BoundedCache(Generic[Key, Value]):
    """Least recently used since it was half full first out; an entry heavier than the whole budget is not kept at all.

    Weights are in whatever unit the owner counts, mostly characters of the source.
    """

    def __init__(self, *, max_entries: int, max_weight: int, budget: Budget | None = None) -> None:
        """`budget` is what it shares with other caches."""
        self._budget = budget
        self._max_entries = max_entries
        self._max_weight = max_weight
        self._weight = 0
        self._entries: OrderedDict[Key, Value] = OrderedDict()
        self._weights: dict[Key, int] = {}
        # Until it is half full nothing is about to be forgotten, and what was used when does not matter: the dictionary
        # itself is asked, which takes half of what a method does.
        self.find: Callable[[Key], Value | None] = self._entries.get
        """The entry, marked as just used, or None."""

    def __len__(self) -> int:
        return len(self._entries)

    def values(self) -> Iterable[Value]:
        """All entries, none of them marked."""
        return self._entries.values()

    def add(self, key: Key, value: Value, *, weight: int) -> None:
        """Keep an entry and forget old ones until the bounds hold."""
        if weight > self._max_weight:
            return
        self._weight += weight - self._weights.get(key, 0)
        self._entries[key] = value
        self._entries.move_to_end(key)
        self._weights[key] = weight
        while len(self._entries) > self._max_entries or self._weight > self._max_weight:
            oldest, _ = self._entries.popitem(last=False)
            self._weight -= self._weights.pop(oldest)
        half_full = len(self._entries) * 2 > self._max_entries or self._weight * 2 > self._max_weight
        self.find = self._find_and_mark if half_full else self._entries.get
        if self._budget is not None:
            self._budget.hold(self, self._weight)

    def clear(self) -> None:
        """Forget everything."""
        self._weight = 0
        self._entries.clear()
        self._weights.clear()
        self.find = self._entries.get

    def _find_and_mark(self, key: Key) -> Value | None:
        value = self._entries.get(key)
        if value is not None:
            self._entries.move_to_end(key)
        return value
