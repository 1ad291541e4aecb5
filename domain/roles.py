"""The roles that are built in, and the ladder that three of them form."""

from __future__ import annotations

from typing import Final

ANONYMOUS: Final = "anonymous"
"""A caller without a token."""
USER: Final = "user"
"""Everybody with an account."""
ADMIN: Final = "admin"
"""Manages accounts, roles and keys, and sees every table."""
SUPERADMIN: Final = "superadmin"
"""May do everything."""

LADDER: Final = (USER, ADMIN, SUPERADMIN)
"""Each has the rights of those before it. A user stands on one of them and may have custom roles beside."""
BUILT_IN: Final = frozenset((ANONYMOUS, *LADDER))
ADMINISTRATORS: Final = frozenset((ADMIN, SUPERADMIN))


def up_to(role: str) -> tuple[str, ...]:
    """The rungs of the ladder from the lowest to this one; none for a custom role."""
    return LADDER[: LADDER.index(role) + 1] if role in LADDER else ()


def outranks(role: str, other: str) -> bool:
    """Whether `role` is higher on the ladder than `other`; custom roles are below it."""
    return len(up_to(role)) > len(up_to(other))
