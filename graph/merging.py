"""Counts how often a document selects into the same field, which validation compares pair by pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graphql import FragmentDefinitionNode, SelectionSetNode


def count_pairs(
    selection_set: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], *, max_fields: int
) -> int:
    """The pairs of fields with selections that share a response path, such as the one in `{ a { b } a { c } }`.

    Looks at no more than `max_fields` fields, so that fragments that spread themselves end too.
    """
    pairs = seen = 0
    places: list[Sequence[SelectionSetNode]] = [[selection_set]]
    while places and seen <= max_fields:
        together: dict[str, list[SelectionSetNode]] = {}
        for field in _fields(places.pop(), fragments):
            seen += 1
            if field.selection_set:
                key = field.alias.value if field.alias else field.name.value
                together.setdefault(key, []).append(field.selection_set)
        for inner in together.values():
            pairs += len(inner) * (len(inner) - 1) // 2
            places.append(inner)
    return pairs


def _fields(
    selection_sets: Sequence[SelectionSetNode], fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[FieldNode]:
    """The fields of one place, each fragment once."""
    open_sets = list(selection_sets)
    spread: set[str] = set()
    while open_sets:
        for selection in open_sets.pop().selections:
            match selection:
                case FieldNode():
                    yield selection
                case InlineFragmentNode():
                    open_sets.append(selection.selection_set)
                case FragmentSpreadNode(name=name) if name.value not in spread and name.value in fragments:
                    spread.add(name.value)
                    open_sets.append(fragments[name.value].selection_set)
                case _:
                    pass
