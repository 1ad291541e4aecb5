"""What descriptions of the generated schema say about relationships."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.tables.relationships import Relationship


def where_to(way: Relationship) -> str:
    """The row or the rows that a relationship leads to."""
    if way.through:
        return f"rows of `{way.target}` that rows of `{way.through.table.name}` join with this row"
    if way.by_hand:
        equal = " and ".join(f"`{there}` is this row's `{here}`" for here, there in way.columns)
        return f"{_noun(way)} of `{way.target}` whose {equal}"
    return (
        f"rows of `{way.target}` that refer to this row ({way.constraint})"
        if way.many
        else (f"the row of `{way.target}` ({way.constraint})")
    )


def _noun(way: Relationship) -> str:
    if way.many:
        return "rows"
    return "the row" if way.keyed else "the first row"


def sentence(text: str) -> str:
    """The text as a sentence."""
    return f"{text[0].upper()}{text[1:]}."
