"""A basis is named as if there had been none before, and what has not changed is not named again."""

from __future__ import annotations

from itertools import permutations

import pytest
from graphql import print_schema

from domain.tables.model import ModelBuilder, build_model
from domain.tables.rights import Unrestricted
from graph.role_schema import basis_maker, basis_of, build_schema, static_schema
from graph.schema import TableOptions
from graph.tables.naming import CamelNaming
from tests.domain.tables.catalogs import catalog, reference, table
from tests.domain.tables.changing import WORLDS

STATIC = static_schema()
OPTIONS = TableOptions(CamelNaming(), "public")


@pytest.mark.parametrize(("before", "after"), list(permutations(WORLDS, 2)))
def test_a_schema_does_not_depend_on_the_one_before(before: str, after: str) -> None:
    build, make = ModelBuilder(), basis_maker(STATIC, OPTIONS)
    make(build(*WORLDS[before]))

    basis = make(build(*WORLDS[after]))

    fresh = basis_of(STATIC, build_model(*WORLDS[after]), OPTIONS)
    assert basis.names == fresh.names
    assert basis.holders.roots == fresh.holders.roots
    assert print_schema(build_schema(STATIC, basis, Unrestricted())) == print_schema(
        build_schema(STATIC, fresh, Unrestricted())
    )


def test_a_change_of_a_table_leaves_the_names_of_others_alone() -> None:
    tables = [table("t0"), *(table(f"t{n}", "id up", reference(f"r{n}", "up", f"t{n - 1}")) for n in range(1, 9))]
    build, make = ModelBuilder(), basis_maker(STATIC, OPTIONS)
    before = make(build(catalog(*tables))).names
    tables[4] = table("t4", "id up more", reference("r4", "up", "t3"))

    after = make(build(catalog(*tables))).names

    assert [each.name for each in after if after[each] is not before[each]] == ["t4"]
