"""A cache that forgets what was used longest ago, bounded by the number and the weight of its entries."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable

Key = TypeVar("Key", bound="Hashable")
Value = TypeVar("Value")


class BoundedCache(Generic[Key, Value]):
    """Least recently used first out; an entry heavier than the whole budget is not kept at all.

    Weights are in whatever unit the owner counts, mostly characters of the source.
    """

    def __init__(self, *, max_entries: int, max_weight: int) -> None:
        self._max_entries = max_entries
        self._max_weight = max_weight
        self._weight = 0
        self._entries: OrderedDict[Key, tuple[Value, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, key: Key) -> Value | None:
        """The entry, marked as just used, or None."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def add(self, key: Key, value: Value, *, weight: int) -> None:
        """Keep an entry and forget old ones until the bounds hold."""
        if weight > self._max_weight:
            return
        replaced = self._entries.pop(key, None)
        self._weight += weight - (replaced[1] if replaced else 0)
        self._entries[key] = (value, weight)
        while len(self._entries) > self._max_entries or self._weight > self._max_weight:
            _, (_, freed) = self._entries.popitem(last=False)
            self._weight -= freed
