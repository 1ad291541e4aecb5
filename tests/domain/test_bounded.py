from __future__ import annotations

from domain.bounded import BoundedCache, Budget


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


def test_several_caches_stay_within_a_budget() -> None:
    budget = Budget(100)
    caches = [BoundedCache[int, int](max_entries=10, max_weight=60, budget=budget) for _ in range(5)]

    for cache in caches:
        for key in range(3):
            cache.add(key, key, weight=10)

    # What was added to longest ago is emptied, whole.
    assert [len(cache) for cache in caches] == [0, 0, 3, 3, 3]
    caches[2].add(3, 3, weight=10)
    caches[0].add(0, 0, weight=10)
    assert [len(cache) for cache in caches] == [1, 0, 4, 0, 3]
    assert (caches[3].find(0), caches[4].find(0)) == (None, 0)


def test_an_entry_that_is_added_again_counts_once() -> None:
    budget = Budget(100)
    one, other = (BoundedCache[int, int](max_entries=10, max_weight=60, budget=budget) for _ in range(2))
    other.add(1, 1, weight=50)

    for _ in range(10):
        one.add(1, 1, weight=50)

    assert (len(one), len(other)) == (1, 1)
