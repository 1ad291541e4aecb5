"""What was not taken of a document: where it stands, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping

    from domain.document import Node, Path

UNKNOWN = "It is not known here."


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A part that was left out; `path` leads to it."""

    path: Path
    why: str


@dataclass(slots=True)
class Report:
    """Gathers what is left out."""

    entries: list[NotTaken] = field(default_factory=list[NotTaken])

    def add(self, node: Node, why: str) -> None:
        """Leave a part out."""
        self.entries.append(NotTaken(node.path, why))

    def members(self, node: Node, taken: Collection[str], reasons: Mapping[str, str]) -> dict[str, Node]:
        """The members of a mapping that are taken; each other one that says something is left out, with its reason."""
        members = node.members()
        for name, member in members.items():
            if name not in taken and not _says_nothing(member.value):
                self.add(member, reasons.get(name, UNKNOWN))
        return {name: member for name, member in members.items() if name in taken}


def _says_nothing(value: object) -> bool:
    """Whether leaving the value out changes nothing, as of the empty lists that an export is full of."""
    if isinstance(value, dict):
        return all(map(_says_nothing, cast("Mapping[object, object]", value).values()))
    return value in (None, "", [], False)


def refuse_repeated(nodes: Iterable[Node], names: Iterable[Hashable]) -> None:
    """Refuse what is said a second time of the same name; raises DocumentError."""
    seen: set[Hashable] = set()
    for node, name in zip(nodes, names, strict=True):
        if name in seen:
            node.refuse(f"{name} is said twice.")
        seen.add(name)


def texts(node: Node | None) -> tuple[str, ...]:
    """The texts of a list that may be missing."""
    return tuple(each.text() for each in node.items()) if node else ()


def text(node: Node | None) -> str | None:
    """A text that may be missing or empty."""
    return node.text() if node is not None and node.value != "" else None


def entries(node: Node | None) -> list[Node]:
    """The items of a list that may be missing."""
    return node.items() if node else []
