"""Which files a caller reaches: what the use cases ask of the repositories, whoever calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.tables.plan import Predicate


class Action(StrEnum):
    """What may be done with files, as rules name it."""

    SELECT = "select"
    """Read and list them."""
    INSERT = "insert"
    """Add them."""
    UPDATE = "update"
    """Move them, put other bytes in their place, change what is said about them."""
    DELETE = "delete"
    """Delete and restore them."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A rule of the caller's role: the files of one bucket, or of all, of which the predicate is true."""

    bucket_id: UUID | None
    predicate: Predicate


@dataclass(frozen=True, slots=True)
class Reach:
    """The files for which at least one of these is true.

    Attributes:
        everything: every file.
        owner_id: those in buckets of this user.
        public: those in public buckets.
        clauses: those that a rule of the caller's role names.
        session: the session variables that rules compare with.
    """

    everything: bool = False
    owner_id: UUID | None = None
    public: bool = False
    clauses: tuple[Clause, ...] = ()
    session: Mapping[str, str] = field(default_factory=dict[str, str])


EVERY_FILE = Reach(everything=True)
"""The reach of administrators and of the platform itself."""
