"""What is wrong with something that an administrator says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from domain.errors import ConflictError, InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.tables.inconsistencies import Inconsistency

Path: TypeAlias = tuple[str | int, ...]

_SHOWN = 50
"""Misfits that an error lists."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; `path` leads to it from what was said, in the words of the domain."""

    path: Path
    message: str

    def placed_message(self) -> str:
        """The message after the place."""
        place = ".".join(map(str, self.path))
        return f"{place}: {self.message}" if place else self.message

    def below(self, *path: str | int) -> Problem:
        """The same, further down."""
        return replace(self, path=(*path, *self.path))


def refuse(problems: Iterable[Problem]) -> None:
    """Raise the first problem, if there is one.

    Raises:
        InvalidInputError: with the path in the request, in which the words of a name are in camelCase.
    """
    for problem in problems:
        raise InvalidInputError(problem.message, ("input", *_camel(problem.path)))


def _camel(path: Path) -> Path:
    """The path as clients write it: members of ours in camelCase, whatever is below `filter` and the like as it is."""
    head, *rest = path or ("",)
    if not isinstance(head, str) or not head:
        return path
    first, *words = head.split("_")
    return (first + "".join(word.capitalize() for word in words), *rest)


class MisfitsError(InvalidInputError):
    """Metadata as a whole do not fit the database, or themselves; nothing of them was taken."""

    def __init__(self, misfits: Sequence[Inconsistency]) -> None:
        super().__init__(f"The metadata do not fit: {_first_of(misfits)}")
        self.misfits = tuple(misfits)

    def extensions(self) -> dict[str, object]:
        """What does not fit."""
        return listed(self.misfits)


class DependentsError(ConflictError):
    """Other parts of the metadata would not fit any more."""

    def __init__(self, misfits: Sequence[Inconsistency]) -> None:
        super().__init__(f"Something depends on this: {_first_of(misfits)}")
        self.misfits = tuple(misfits)

    def extensions(self) -> dict[str, object]:
        """What would not fit any more."""
        return listed(self.misfits)


def _first_of(misfits: Sequence[Inconsistency]) -> str:
    more = f" (and {len(misfits) - 1} more)" if len(misfits) > 1 else ""
    return f"{describe(misfits[0]).rstrip('.')}{more}."


def describe(misfit: Inconsistency) -> str:
    """What does not fit, and why, in one line."""
    name = f" {misfit.name}" if misfit.name else ""
    return f"{misfit.part.replace('_', ' ')}{name} of {misfit.where}: {misfit.why}"


def listed(misfits: Sequence[Inconsistency]) -> dict[str, object]:
    """For `errors[].extensions`: the first of them in full, and how many there are."""
    shown = [
        {
            "part": each.part.name,
            "schema": each.where.schema,
            "of": each.where.name,
            "name": each.name,
            "message": each.why,
        }
        for each in misfits[:_SHOWN]
    ]
    return {"inconsistencies": shown, "count": len(misfits)}
