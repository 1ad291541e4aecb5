"""The plan stage of connections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import InvalidInputError
from domain.tables.aggregates import MeasureTerm, NodesOutput, measure_type
from domain.tables.connections import (
    Connection,
    CursorOutput,
    EdgesOutput,
    NodeOutput,
    PageField,
    PageFieldOutput,
    PageInfoOutput,
    Place,
    TotalOutput,
    read_cursor,
    signature_of,
)
from domain.tables.plan import ConstantOutput, OrderTerm, Parameter
from domain.tables.secure import order_totally
from domain.tables.vectors import Distance
from graph.tables.bindings import ConnectionPart, binding_of
from graph.tables.shapes import Leaf

if TYPE_CHECKING:
    from domain.tables.catalog import Table
    from domain.tables.connections import ConnectionMember
    from domain.tables.plan import Rows
    from graph.tables.lower import Lowering
    from graph.tables.selection import Selected
    from graph.tables.shapes import LeafValue, Tree

    Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class GivenCursor:
    """A cursor among the operation's values, and the places of the values that are in it.

    Attributes:
        source: the value that is the cursor.
        signature: the order that it must be of.
        targets: where its values are put.
        path: where in the request it stands.
    """

    source: int
    signature: str
    targets: tuple[int, ...]
    path: Path

    def read(self, values: list[LeafValue]) -> frozenset[int]:
        """Put the cursor's values in their places; those that are NULL are answered.

        Raises:
            InvalidInputError: it is no cursor of this order.
        """
        try:
            found = read_cursor(str(values[self.source]), self.signature, len(self.targets))
        except InvalidInputError as error:
            raise InvalidInputError(error.message, self.path) from None
        for target, text in zip(self.targets, found, strict=True):
            values[target] = text or ""
        return frozenset(target for target, text in zip(self.targets, found, strict=True) if text is None)


def lower_connection(lowering: Lowering, selected: Selected, table: Table, path: Path) -> Connection:
    """The page that the arguments of the field ask for.

    Raises:
        InvalidInputError: it is counted from both ends, or ordered by what a cursor cannot hold.
    """
    given = selected.arguments
    first, last = given.get("first"), given.get("last")
    if first is not None and last is not None:
        raise InvalidInputError("Give first or last, not both.", (*path, "last"))
    rows = order_totally(lowering.rows(selected, table, path))
    if any(isinstance(term, OrderTerm) and isinstance(term.column, Distance) for term in rows.order_by):
        # What the distance is from is no part of a cursor, and an index over vectors finds the nearest only.
        message = "A page cannot be ordered by a distance; ask for a list with a limit."
        raise InvalidInputError(message, (*path, lowering.spelled.order_by))
    size = lowering.page_size(first, (*path, "first")) or lowering.page_size(last, (*path, "last"))
    return Connection(
        rows=rows,
        output=tuple(_member(lowering, below, (*path, below.key)) for below in selected.below),
        size=size,
        backward=last is not None,
        after=_place(lowering, given.get("after"), rows, (*path, "after")),
        before=_place(lowering, given.get("before"), rows, (*path, "before")),
        signature=signature_of(rows),
    )


def _place(lowering: Lowering, tree: Tree, rows: Rows, path: Path) -> Place | None:
    if tree is None:
        return None
    targets = tuple(lowering.reserve(path) for _ in rows.order_by)
    cursor = GivenCursor(tree.source if isinstance(tree, Leaf) else -1, signature_of(rows), targets, path)
    lowering.cursors.append(cursor)
    types = [
        measure_type(term.measure) if isinstance(term, MeasureTerm) else term.column.type.bare for term in rows.order_by
    ]
    return Place(
        tuple(
            None if target in lowering.nulls else Parameter(target, type_)
            for target, type_ in zip(targets, types, strict=True)
        )
    )


def _member(lowering: Lowering, selected: Selected, path: Path) -> ConnectionMember:
    if selected.field is None:
        return ConstantOutput(selected.key, selected.type_name)
    match binding_of(selected.field):
        case ConnectionPart.EDGES:
            output = tuple(_edge(lowering, below, (*path, below.key)) for below in selected.below)
            return EdgesOutput(selected.key, output)
        case ConnectionPart.NODES:
            return NodesOutput(selected.key, lowering.outputs(selected.below, path))
        case ConnectionPart.PAGE_INFO:
            return PageInfoOutput(selected.key, tuple(_told(below) for below in selected.below))
        case _:
            return TotalOutput(selected.key, estimated=selected.arguments.get("estimate") is True)


def _edge(lowering: Lowering, selected: Selected, path: Path) -> CursorOutput | NodeOutput | ConstantOutput:
    if selected.field is None:
        return ConstantOutput(selected.key, selected.type_name)
    if binding_of(selected.field) is ConnectionPart.CURSOR:
        return CursorOutput(selected.key)
    return NodeOutput(selected.key, lowering.outputs(selected.below, path))


def _told(selected: Selected) -> PageFieldOutput | ConstantOutput:
    if selected.field is None:
        return ConstantOutput(selected.key, selected.type_name)
    return PageFieldOutput(selected.key, PageField(selected.name))
