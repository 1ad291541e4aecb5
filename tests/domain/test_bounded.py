from __future__ import annotations

from domain.bounded import BoundedCache


def test_the_least_recently_used_entry_goes_first() -> None:
    cache: BoundedCache[str, int] = BoundedCache(max_entries=2, max_weight=100)
    cache.add("a", 1, weight=1)
    cache.add("b", 2, weight=1)
    cache.find("a")
    cache.add("c", 3, weight=1)
    assert (cache.find("a"), cache.find("b"), cache.find("c")) == (1, None, 3)


def test_entries_go_until_the_weight_fits() -> None:
    cache: BoundedCache[str, int] = BoundedCache(max_entries=10, max_weight=10)
    cache.add("a", 1, weight=4)
    cache.add("b", 2, weight=4)
    cache.add("c", 3, weight=9)
    assert (len(cache), cache.find("c")) == (1, 3)


def test_an_entry_over_the_whole_weight_is_not_kept() -> None:
    cache: BoundedCache[str, int] = BoundedCache(max_entries=10, max_weight=10)
    cache.add("a", 1, weight=5)
    cache.add("b", 2, weight=11)
    assert (cache.find("a"), cache.find("b")) == (1, None)


def test_a_replaced_entry_frees_its_weight() -> None:
    cache: BoundedCache[str, int] = BoundedCache(max_entries=10, max_weight=10)
    for value in range(5):
        cache.add("a", value, weight=6)
    cache.add("b", 9, weight=4)
    assert (cache.find("a"), cache.find("b")) == (4, 9)
