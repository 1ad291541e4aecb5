"""Roles: names for rights, which inherit each other without cycles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.errors import ConflictError, InvalidInputError
from domain.roles import ADMINISTRATORS, BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

MAX_ROLES: Final = 500
"""Roles of an installation."""
MAX_INHERITED: Final = 50
"""Roles that one inherits directly."""
MAX_DEPTH: Final = 10
"""Roles in a chain of inheritance."""
MAX_DESCRIPTION: Final = 500

_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,62}")

Inheritance = dict[str, frozenset[str]]
"""The roles that each role inherits directly; one that inherits none may be missing."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role; it has every right of those it inherits."""

    name: str
    created_at: datetime
    description: str | None = None
    inherits: tuple[str, ...] = ()
    built_in: bool = False


def custom_role_name(text: str) -> str:
    """The name of a role of the installation's own: a letter a-z, then up to 62 of a-z, 0-9, _ and -.

    Raises:
        InvalidInputError: it is none, or one that is built in, in whatever case.
    """
    if text.strip().lower() in BUILT_IN:
        raise InvalidInputError(f"The role {text.strip().lower()} is built in; take another name.", ("name",))
    if not _NAME.fullmatch(text):
        raise InvalidInputError(
            "The name of a role is a letter a-z, then at most 62 of the characters a-z, 0-9, _ and -.", ("name",)
        )
    return text


def inherited_names(name: str, inherits: Iterable[str]) -> frozenset[str]:
    """What a custom role is to inherit directly.

    Raises:
        InvalidInputError: they are too many, an administrator's role is among them, or the role itself.
    """
    names = frozenset(inherits)
    if len(names) > MAX_INHERITED:
        raise InvalidInputError(f"A role inherits at most {MAX_INHERITED} others.", ("inherits",))
    if forbidden := names & ADMINISTRATORS:
        raise InvalidInputError(f"A role cannot inherit {min(forbidden)}.", ("inherits",))
    if name in names:
        raise InvalidInputError("A role cannot inherit itself.", ("inherits",))
    return names


def refuse_bad_inheritance(inheritance: Mapping[str, frozenset[str]], changed: str) -> None:
    """Look at a graph of roles after a change of what one of them inherits.

    Raises:
        ConflictError: the role inherits itself through others, or a chain of more than `MAX_DEPTH` roles exists.
    """
    below = _depth(inheritance, changed)
    above = _depth(_turned(inheritance), changed)
    if below + above - 1 > MAX_DEPTH:
        raise ConflictError(f"Roles inherit each other through at most {MAX_DEPTH} levels.")


def _depth(graph: Mapping[str, frozenset[str]], start: str) -> int:
    """Roles on the longest path from `start`; one level of it at a time, which a cycle makes longer than any limit."""
    level = frozenset((start,))
    depth = 0
    while level:
        depth += 1
        level = frozenset(name for each in level for name in graph.get(each, ()))
        if start in level:
            raise ConflictError("A role would inherit itself through others.")
        if depth > MAX_DEPTH:
            break
    return depth


def _turned(graph: Mapping[str, frozenset[str]]) -> Inheritance:
    turned: dict[str, set[str]] = {}
    for role, inherited in graph.items():
        for name in inherited:
            turned.setdefault(name, set()).add(role)
    return {name: frozenset(roles) for name, roles in turned.items()}
