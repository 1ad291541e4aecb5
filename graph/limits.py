"""How large a request may be, and the check of a parsed document against it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode, OperationDefinitionNode

from graph.errors import VALIDATION_FAILED, DocumentError
from graph.merging import count_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphql import DocumentNode, SelectionNode, SelectionSetNode

INTROSPECTION_DEPTH: Final = 20
"""Levels that `__schema` and `__type` may take whatever `max_depth` says: tools nest `ofType` nine times."""

MAX_PAIRS: Final = 10_000
"""Pairs of fields with selections at one response path: validation compares each, 10 000 in about 50 ms."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one server; each field is the setting of the same name, in the same unit."""

    max_body_bytes: int = 1_048_576
    max_upload_bytes: int = 104_857_600
    max_batch_operations: int = 10
    max_depth: int = 20
    max_aliases: int = 50
    max_tokens: int = 10_000
    max_directives: int = 100
    max_root_fields: int = 50
    max_frame_bytes: int = 1_048_576
    max_socket_operations: int = 100
    execution_timeout: float = 60
    transfer_min_rate: int = 512


@dataclass(frozen=True, slots=True)
class Size:
    """What a selection set amounts to with its fragments written out."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    root_fields: int = 0


def check_document(document: DocumentNode, limits: Limits) -> None:
    """Hold every operation of a document against the limits, its fragments written out.

    Takes time linear in the document even if the written-out document is exponentially larger, and ends on
    fragments that spread themselves (validation reports those).

    Raises:
        DocumentError: naming the limit.
    """
    ruler = _Ruler(document, limits)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            size = ruler.measure(definition.selection_set)
            directives = len(definition.directives or ())
            directives += sum(len(variable.directives or ()) for variable in definition.variable_definitions or ())
            _check_size(replace(size, directives=size.directives + directives), limits)
            if count_pairs(definition.selection_set, ruler.fragments, max_fields=limits.max_tokens) > MAX_PAIRS:
                raise invalid_document("The operation selects into the same fields too often.")


def invalid_document(message: str) -> DocumentError:
    """The error for a document that is wrong as a whole."""
    return DocumentError([{"message": message, "extensions": {"code": VALIDATION_FAILED}}])


def _check_size(size: Size, limits: Limits) -> None:
    for found, allowed, what in (
        (size.depth, limits.max_depth, "levels of fields"),
        (size.aliases, limits.max_aliases, "aliases"),
        (size.directives, limits.max_directives, "directives"),
        (size.root_fields, limits.max_root_fields, "root fields"),
        (size.fields, limits.max_tokens, "fields"),
    ):
        if found > allowed:
            raise invalid_document(f"The operation has more {what} than the {allowed} allowed, fragments written out.")


class _Ruler:
    """Measures selection sets, every fragment once."""

    def __init__(self, document: DocumentNode, limits: Limits) -> None:
        self._introspection_excess = max(0, INTROSPECTION_DEPTH - limits.max_depth)
        self.fragments: Mapping[str, FragmentDefinitionNode] = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._sizes: dict[str, Size] = {}

    def measure(self, selection_set: SelectionSetNode) -> Size:
        if not selection_set.selections:  # which graphql-core lets through
            raise invalid_document("A selection set selects something (GraphQL specification, section 2.4).")
        depth = fields = aliases = directives = root_fields = 0
        for size in self._parts(selection_set):
            depth = max(depth, size.depth)
            fields += size.fields
            aliases += size.aliases
            directives += size.directives
            root_fields += size.root_fields
        return Size(depth, fields, aliases, directives, root_fields)

    def _parts(self, selection_set: SelectionSetNode) -> Iterator[Size]:
        for selection in selection_set.selections:
            if selection.directives:
                yield Size(directives=len(selection.directives))
            yield self._selection(selection)

    def _selection(self, selection: SelectionNode) -> Size:
        match selection:
            case FieldNode():
                return self._field(selection)
            case FragmentSpreadNode():
                return self._fragment(selection.name.value)
            case InlineFragmentNode():
                return self.measure(selection.selection_set)
            case _:
                return Size()

    def _field(self, field: FieldNode) -> Size:
        inner = self.measure(field.selection_set) if field.selection_set else Size()
        depth = inner.depth + 1
        if field.name.value in {"__schema", "__type"}:
            depth = max(1, depth - self._introspection_excess)
        return Size(depth, inner.fields + 1, inner.aliases + (field.alias is not None), inner.directives, 1)

    def _fragment(self, name: str) -> Size:
        if name not in self._sizes:
            self._sizes[name] = Size()  # stands in for itself inside a cycle
            fragment = self.fragments.get(name)
            if fragment is not None:
                size = self.measure(fragment.selection_set)
                self._sizes[name] = replace(size, directives=size.directives + len(fragment.directives or ()))
        return self._sizes[name]
