from __future__ import annotations

from domain.tables.catalog import TableName
from domain.tables.explained_permissions import explain_permission
from domain.tables.metadata import Action, Metadata, Permission
from domain.tables.model import build_model
from tests.domain.tables.catalogs import catalog, table

ITEM = table("item", "id a b")
OWN = Permission(ITEM.name, "p", Action.SELECT, ("id", "b"), filter={"a": 1})
OTHER = Permission(ITEM.name, "q", Action.SELECT, ("id",), filter={"a": 2})
BROKEN = Permission(ITEM.name, "broken", Action.SELECT, ("id",), filter={"gone": 2})
BACKEND = Permission(ITEM.name, "p", Action.INSERT, ("id",), backend_only=True)
TORN = [Permission(ITEM.name, role, Action.DELETE, filter={"a": n}) for n, role in enumerate("pq")]
MODEL = build_model(
    catalog(ITEM),
    Metadata(permissions=(OWN, OTHER, BROKEN, BACKEND, *TORN), inherits={"r": frozenset({"p", "q"})}),
)


def test_a_permission_of_its_own() -> None:
    found = explain_permission(MODEL, "p", ITEM.name, Action.SELECT)

    assert (found.allowed, found.permissions, found.columns, found.partly_shown) == (True, (OWN,), ("id", "b"), ())
    assert "own" in found.why


def test_permissions_that_are_inherited() -> None:
    found = explain_permission(MODEL, "r", ITEM.name, Action.SELECT)

    assert (found.allowed, set(map(id, found.permissions))) == (True, {id(OWN), id(OTHER)})
    assert (found.columns, found.partly_shown) == (("id", "b"), ("b",))
    assert "p, q" in found.why


def test_administrators() -> None:
    assert explain_permission(MODEL, "admin", ITEM.name, Action.DELETE).allowed


def test_refusals_say_why() -> None:
    def why(role: str, action: Action, of: TableName = ITEM.name) -> str:
        found = explain_permission(MODEL, role, of, action)
        assert not found.allowed
        return found.why

    assert "Neither" in why("nobody", Action.SELECT)
    assert "filter.gone" in why("broken", Action.SELECT)
    assert "service keys" in why("p", Action.INSERT)
    assert "different" in why("r", Action.DELETE)
    assert "served" in why("p", Action.SELECT, TableName("public", "elsewhere"))


def test_what_is_for_backends() -> None:
    assert explain_permission(MODEL, "p", ITEM.name, Action.INSERT, backend=True).permissions == (BACKEND,)
