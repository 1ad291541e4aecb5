"""A builder of many models builds each as one that knows nothing would, and what has not changed not at all."""

from __future__ import annotations

from itertools import permutations

import pytest

from domain.tables.model import ModelBuilder, build_model
from tests.domain.tables.catalogs import catalog, reference, table
from tests.domain.tables.changing import WORLDS


@pytest.mark.parametrize(("before", "after"), list(permutations(WORLDS, 2)))
def test_a_model_does_not_depend_on_the_one_before(before: str, after: str) -> None:
    build = ModelBuilder()
    build(*WORLDS[before])

    built = build(*WORLDS[after])

    fresh = build_model(*WORLDS[after])
    assert built == fresh
    # Equal mappings may be in another order, in which things are named and shown.
    assert {table: list(ways) for table, ways in built.relationships.items()} == {
        table: list(ways) for table, ways in fresh.relationships.items()
    }


def test_a_change_of_a_table_leaves_all_others_alone() -> None:
    tables = [table("t0"), *(table(f"t{n}", "id up", reference(f"r{n}", "up", f"t{n - 1}")) for n in range(1, 9))]
    build = ModelBuilder()
    before = build(catalog(*tables)).relationships
    tables[4] = table("t4", "id up more", reference("r4", "up", "t3"))

    after = build(catalog(*tables)).relationships

    assert [each.name for each in after if after[each] is not before[each]] == ["t4"]
