from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from domain.tables.catalog import Catalog, DataType, TableName, TypeKind, Volatility
from domain.tables.catalog import Function as CatalogFunction
from domain.tables.metadata import Action, ExposedAs, FunctionSettings, Metadata, Permission
from domain.tables.model import build_model
from domain.tables.operators import Operator
from domain.tables.permission_problems import permission_problems
from domain.tables.plan import EVERYTHING, Comparison, Fixed, Or
from domain.tables.rights import NOTHING
from domain.tables.role_rights import RoleRights
from tests.domain.tables.catalogs import INTEGER, catalog, table

if TYPE_CHECKING:
    from domain.tables.model import Model
    from domain.tables.plan import Predicate
    from domain.tables.rights import SelectRight

ITEM = table("item", "id a b c")
OTHER = table("other", "id")


def model(*permissions: Permission, **inherits: set[str]) -> Model:
    metadata = Metadata(permissions=permissions, inherits={role: frozenset(of) for role, of in inherits.items()})
    return build_model(catalog(ITEM, OTHER), metadata)


def may(role: str, action: Action = Action.SELECT, columns: str | None = "id", **given: Any) -> Permission:
    return Permission(ITEM.name, role, action, tuple(columns.split()) if columns is not None else None, **given)


def selected(role: str, *permissions: Permission, **inherits: set[str]) -> SelectRight:
    right = RoleRights(model(*permissions, **inherits), role).of(ITEM).select
    assert right is not None
    return right


def is_(name: str, value: int) -> Predicate:
    return Comparison(ITEM.by_name[name], Operator.EQ, Fixed(str(value), INTEGER))


def test_nothing_is_granted_without_a_permission() -> None:
    rights = RoleRights(model(may("somebody")), "nobody")

    assert rights.of(ITEM) == rights.of(OTHER) == NOTHING


def test_reading_is_what_the_permission_says() -> None:
    right = selected("r", may("r", columns="b id", filter={"a": 1}, limit=3, allow_aggregations=True))

    assert list(right.columns) == ["id", "b"]
    assert right.filter == is_("a", 1)
    assert (right.limit, right.aggregations) == (3, True)


def test_all_columns_are_those_to_come_too() -> None:
    assert list(selected("r", may("r", columns=None)).columns) == ["id", "a", "b", "c"]


def test_a_column_that_is_gone_is_left_out() -> None:
    assert list(selected("r", may("r", columns="id gone")).columns) == ["id"]


def test_a_permission_that_does_not_fit_denies() -> None:
    broken = may("r", filter={"gone": 1})

    assert RoleRights(model(broken), "r").of(ITEM) == NOTHING
    (problem,) = permission_problems(model(broken))
    assert (problem.where, problem.name) == (ITEM.name, "r: select")
    assert problem.why.startswith("filter.gone: ")


def test_a_broken_permission_of_its_own_is_not_made_up_for_by_others() -> None:
    rights = RoleRights(model(may("p"), may("r", filter={"gone": 1}), r={"p"}), "r")

    assert rights.of(ITEM).select is None


def test_an_untracked_table_is_nobodys() -> None:
    assert RoleRights(model(may("r")), "r").of(table("elsewhere")) == NOTHING


def test_presets_are_given_by_nobody() -> None:
    right = RoleRights(model(may("r", Action.INSERT, None, presets={"a": 7, "b": None}, check={"c": 1})), "r").of(ITEM)

    assert right.insert is not None
    assert right.insert.columns == {"id", "c"}
    assert right.insert.presets == {"a": Fixed("7", INTEGER), "b": None}
    assert right.insert.check == is_("c", 1)


def test_a_preset_that_does_not_fit_denies() -> None:
    broken = model(may("r", Action.INSERT, presets={"a": "seven"}))

    assert RoleRights(broken, "r").of(ITEM).insert is None
    assert [problem.why.split(":")[0] for problem in permission_problems(broken)] == ["presets.a"]


def test_some_permissions_are_for_backends() -> None:
    permission = may("r", Action.INSERT, backend_only=True)

    assert RoleRights(model(permission), "r").of(ITEM).insert is None
    assert RoleRights(model(permission), "r", backend=True).of(ITEM).insert is not None


def test_what_is_for_backends_is_not_inherited_by_others_instead() -> None:
    own = model(may("r", Action.INSERT, backend_only=True), may("p", Action.INSERT, None, check={}), r={"p"})

    assert RoleRights(own, "r").of(ITEM).insert is None
    right = RoleRights(own, "r", backend=True).of(ITEM).insert
    assert right is not None
    assert right.columns == {"id"}


def test_what_is_for_backends_counts_among_those_that_are_inherited() -> None:
    torn = model(may("p", Action.INSERT, backend_only=True), may("q", Action.INSERT, None), r={"p", "q"}, s={"r"})
    agreed = model(may("p", Action.INSERT, backend_only=True), may("q", Action.INSERT), r={"p", "q"}, s={"r"})

    for role in "rs":
        assert RoleRights(torn, role).of(ITEM).insert is None
        assert RoleRights(torn, role, backend=True).of(ITEM).insert is None
        assert RoleRights(agreed, role).of(ITEM).insert is None
        assert RoleRights(agreed, role, backend=True).of(ITEM).insert is not None


# --- inheritance -----------------------------------------------------------------------------------------------


def test_rows_are_inherited_from_any() -> None:
    right = selected("r", may("p", filter={"a": 1}, limit=5), may("q", filter={"a": 2}, limit=9), r={"p", "q"})

    assert right.filter == Or((is_("a", 1), is_("a", 2)))
    assert right.columns == {"id": EVERYTHING}
    assert right.limit == 9


def test_a_column_is_shown_where_a_role_that_has_it_sees_the_row() -> None:
    right = selected("r", may("p", columns="id b", filter={"a": 1}), may("q", filter={"a": 2}), r={"p", "q"})

    assert right.columns == {"id": EVERYTHING, "b": is_("a", 1)}


def test_a_column_of_a_role_that_sees_every_row_is_shown_of_every_row() -> None:
    right = selected("r", may("p", columns="id b", filter={}), may("q", columns="id c", filter={"a": 2}), r={"p", "q"})

    assert right.filter == EVERYTHING
    assert right.columns == {"id": EVERYTHING, "b": EVERYTHING, "c": is_("a", 2)}


def test_one_role_without_a_limit_lifts_it() -> None:
    assert selected("r", may("p", limit=5), may("q"), r={"p", "q"}).limit is None


def test_one_role_with_aggregations_brings_them() -> None:
    assert selected("r", may("p", allow_aggregations=True), may("q"), r={"p", "q"}).aggregations


def test_inheritance_goes_on() -> None:
    inherits = {"r": {"m", "q"}, "m": {"o", "p"}}
    right = selected(
        "r",
        may("o", columns="id b", filter={"a": 1}),
        may("p", filter={"a": 2}),
        may("q", columns="id b c", filter={"a": 3}),
        **inherits,
    )

    assert right.filter == Or((is_("a", 1), is_("a", 2), is_("a", 3)))
    assert right.columns["b"] == Or((is_("a", 1), is_("a", 3)))
    assert right.columns["c"] == is_("a", 3)


def test_a_permission_of_its_own_wins() -> None:
    assert selected("r", may("p", filter={}), may("r", filter={"a": 1}), r={"p"}).filter == is_("a", 1)


def test_roles_that_inherit_one_another_inherit_nothing_by_it() -> None:
    rights = RoleRights(model(may("p"), p={"r"}, r={"p"}), "r")

    assert rights.of(ITEM) == NOTHING


def test_nobody_inherits_an_administrators_rights() -> None:
    assert RoleRights(model(r={"admin", "superadmin"}), "r").of(ITEM) == NOTHING


def test_many_ways_to_one_role_are_gone_once() -> None:
    inherits = {f"r{n}": {f"r{n + 1}", f"s{n + 1}"} for n in range(60)}
    inherits |= {f"s{n}": {f"r{n + 1}", f"s{n + 1}"} for n in range(60)}

    assert selected("r0", may("r60"), **inherits).columns == {"id": EVERYTHING}


def test_changes_that_roles_agree_on_are_inherited() -> None:
    same: dict[str, Any] = {"filter": {"a": 1}, "check": {"b": 1}}
    agreed = model(may("p", Action.UPDATE, **same), may("q", Action.UPDATE, **same), may("o"), r={"o", "p", "q"})

    right = RoleRights(agreed, "r").of(ITEM).update
    assert right is not None
    assert right.filter == is_("a", 1)
    assert list(permission_problems(agreed)) == []


def test_changes_that_roles_disagree_on_are_nobodys_until_the_role_decides() -> None:
    one, other = may("p", Action.DELETE, filter={"a": 1}), may("q", Action.DELETE, filter={"a": 2})
    torn = model(one, other, r={"p", "q"})

    assert RoleRights(torn, "r").of(ITEM).delete is None
    assert [problem.name for problem in permission_problems(torn)] == ["r: delete"]
    settled = model(one, other, may("r", Action.DELETE, filter={}), r={"p", "q"})
    assert RoleRights(settled, "r").of(ITEM).delete is not None
    assert list(permission_problems(settled)) == []


# --- functions -------------------------------------------------------------------------------------------------


def function(name: str, volatility: Volatility, returns: TableName | None = ITEM.name) -> CatalogFunction:
    row = DataType("public", "item", TypeKind.COMPOSITE)
    return CatalogFunction(TableName("public", name), (), row, returns, returns_set=True, volatility=volatility)


FIND, MAKE = function("find", Volatility.STABLE), function("make", Volatility.VOLATILE)


def callable_by(role: str, of: CatalogFunction, **settings: Any) -> bool:
    given = {of.name: FunctionSettings(of.name, **settings)} if settings else {}
    metadata = Metadata(functions=given, permissions=(may("p"), may("q")), inherits={"r": frozenset({"p"})})
    whole = replace(catalog(ITEM), functions=(FIND, MAKE))
    assert isinstance(whole, Catalog)
    return RoleRights(build_model(whole, metadata), role).may_call(of)


def test_a_query_is_for_those_who_read_its_table() -> None:
    assert callable_by("p", FIND)
    assert callable_by("r", FIND)
    assert not callable_by("nobody", FIND)
    assert callable_by("p", MAKE, exposed_as=ExposedAs.QUERY)


def test_a_mutation_is_for_those_who_are_named() -> None:
    assert not callable_by("p", MAKE)
    assert callable_by("p", MAKE, roles=frozenset({"p"}))
    assert callable_by("r", MAKE, roles=frozenset({"p"}))
    assert not callable_by("q", MAKE, roles=frozenset({"p"}))


def test_naming_roles_keeps_others_out() -> None:
    assert not callable_by("q", FIND, roles=frozenset({"p"}))
    assert not callable_by("nobody", FIND, roles=frozenset({"nobody"}))
    assert not callable_by("p", FIND, tracked=False)
