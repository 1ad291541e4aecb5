"""Offsets in quotes: Hasura takes `offset: "10"`, and so clients send it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from graphql import ArgumentNode, IntValueNode, StringValueNode, Visitor, visit

if TYPE_CHECKING:
    from graphql import DocumentNode

_WHOLE: Final = re.compile(r"[0-9]{1,10}")
_SOME: Final = re.compile(r'\boffset\s*:\s*"')


def without_quotes(document: DocumentNode, text: str) -> DocumentNode:
    """The document of a text with every offset as a number; one that is none stays for validation to refuse."""
    return visit(document, _Offsets()) if _SOME.search(text) else document


class _Offsets(Visitor):
    def enter_argument(self, node: ArgumentNode, *_: object) -> ArgumentNode | None:
        value = node.value
        if node.name.value != "offset" or not isinstance(value, StringValueNode) or not _WHOLE.fullmatch(value.value):
            return None
        return ArgumentNode(name=node.name, value=IntValueNode(value=value.value, loc=value.loc), loc=node.loc)
