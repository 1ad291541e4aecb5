"""What a role may be called and may inherit."""

from __future__ import annotations

import pytest

from domain.access.roles import MAX_DEPTH, MAX_INHERITED, custom_role_name, inherited_names, refuse_bad_inheritance
from domain.errors import ConflictError, InvalidInputError


@pytest.mark.parametrize("name", ["a", "editor", "team-2_lead", "e" * 63])
def test_a_name_of_the_pattern_is_taken(name: str) -> None:
    assert custom_role_name(name) == name


@pytest.mark.parametrize("name", ["admin", "Admin", "SUPERADMIN", " user ", "Anonymous", "aNoNyMoUs"])
def test_a_built_in_name_is_refused_in_any_case(name: str) -> None:
    with pytest.raises(InvalidInputError, match="built in"):
        custom_role_name(name)


@pytest.mark.parametrize(
    "name", ["", "1st", "Editor", "a b", "a.b", "-a", "e" * 64, "\u0430dmin", "\u24d0dmin", "editor\n", "a\0"]
)
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError):
        custom_role_name(name)


@pytest.mark.parametrize("inherited", ["admin", "superadmin", "editor"])
def test_neither_an_administrator_nor_itself_is_inherited(inherited: str) -> None:
    with pytest.raises(InvalidInputError):
        inherited_names("editor", ["user", inherited])


def test_the_number_of_inherited_roles_is_bounded() -> None:
    assert len(inherited_names("editor", (f"r{n}" for n in range(MAX_INHERITED)))) == MAX_INHERITED
    with pytest.raises(InvalidInputError):
        inherited_names("editor", (f"r{n}" for n in range(MAX_INHERITED + 1)))


def test_a_diamond_is_no_cycle() -> None:
    graph = {
        "top": frozenset(("left", "right")),
        "left": frozenset(("bottom",)),
        "right": frozenset(("bottom",)),
    }

    for name in ("top", "left", "bottom"):
        refuse_bad_inheritance(graph, name)


@pytest.mark.parametrize("length", [2, 3, 8])
def test_a_cycle_of_any_length_is_refused(length: int) -> None:
    graph = {f"r{n}": frozenset((f"r{(n + 1) % length}",)) for n in range(length)}

    with pytest.raises(ConflictError, match="itself"):
        refuse_bad_inheritance(graph, "r0")


def chain(length: int) -> dict[str, frozenset[str]]:
    return {f"r{n}": frozenset((f"r{n + 1}",)) for n in range(length - 1)}


@pytest.mark.parametrize("changed", ["r0", "r4", f"r{MAX_DEPTH - 1}"])
def test_a_chain_is_bounded_wherever_it_was_joined(changed: str) -> None:
    refuse_bad_inheritance(chain(MAX_DEPTH), changed)
    with pytest.raises(ConflictError, match="levels"):
        refuse_bad_inheritance(chain(MAX_DEPTH + 1), changed)
