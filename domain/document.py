"""Reading documents of plain values (mappings, lists, texts, numbers) so that every complaint names its place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, TypeAlias, TypeVar, cast

from domain.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from enum import StrEnum

    Choice = TypeVar("Choice", bound=StrEnum)

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Path: TypeAlias = "tuple[str | int, ...]"
Read = TypeVar("Read")


class DocumentError(InvalidInputError):
    """A part of a document is not what is expected there; the message begins with the place."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document and the path to it from the top, outermost first."""

    value: object
    path: Path = ()

    def refuse(self, why: str) -> NoReturn:
        """Say what is wrong here; raises DocumentError."""
        raise DocumentError(f"{place(self.path)}: {why}", self.path)

    def text(self) -> str:
        """The value as a text that is not empty."""
        if not isinstance(self.value, str) or not self.value:
            self.refuse("A text is expected.")
        return self.value

    def flag(self) -> bool:
        """The value as true or false."""
        if not isinstance(self.value, bool):
            self.refuse("true or false is expected.")
        return self.value

    def count(self) -> int:
        """The value as a whole number from 0 on."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < 0:
            self.refuse("A whole number from 0 on is expected.")
        return self.value

    def one_of(self, choices: type[Choice]) -> Choice:
        """The value as a member of an enum."""
        try:
            return choices(self.text())
        except ValueError:
            self.refuse(f"One of {', '.join(choices)} is expected.")

    def items(self) -> list[Node]:
        """The items of a list."""
        value = self.value
        if not isinstance(value, list):
            self.refuse("A list is expected.")
        found = cast("Sequence[object]", value)
        return [Node(each, (*self.path, index)) for index, each in enumerate(found)]

    def members(self, known: Collection[str] | None = None) -> dict[str, Node]:
        """The members of a mapping, those that are null left out; others than the known ones are refused."""
        nodes = {name: Node(each, (*self.path, str(name))) for name, each in self._mapping().items()}
        for name, node in nodes.items():
            if not isinstance(name, str):
                node.refuse("A name is a text; write it in quotes.")
            if known is not None and name not in known:
                node.refuse(f"Unknown; there is {', '.join(known)}.")
        return {str(name): node for name, node in nodes.items() if node.value is not None}

    def each(self, read: Callable[[Node], Read]) -> dict[str, Read]:
        """The members of a mapping of any names, read one by one; one that is null is refused."""
        if empty := [name for name, value in self._mapping().items() if value is None]:
            Node(None, (*self.path, str(empty[0]))).refuse("Something is expected here.")
        return {name: read(node) for name, node in self.members().items()}

    def json(self) -> Json:
        """The value as JSON, whole."""
        match self.value:
            case None | bool() | int() | str():
                return self.value
            case float() if math.isfinite(self.value):
                return self.value
            case list():
                return [each.json() for each in self.items()]
            case dict():
                return self.json_object()
            case _:
                return self.refuse("A value of JSON is expected.")

    def json_object(self) -> dict[str, Json]:
        """The value as an object of JSON, members that are null included."""
        self.members()  # every name is a text
        return {str(name): Node(each, (*self.path, str(name))).json() for name, each in self._mapping().items()}

    def _mapping(self) -> Mapping[object, object]:
        value = self.value
        if not isinstance(value, dict):
            self.refuse("A mapping is expected.")
        return cast("Mapping[object, object]", value)


def place(path: Path) -> str:
    """A path as people write it: `tables.public.article.permissions[0]`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "The document"
