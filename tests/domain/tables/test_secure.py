from __future__ import annotations

from typing import TYPE_CHECKING

from domain.tables.catalog import Column, TableName
from domain.tables.operators import Direction
from domain.tables.plan import (
    ByKeyRoot,
    ColumnOutput,
    ConstantOutput,
    ListOutput,
    ListRoot,
    ObjectOutput,
    OrderTerm,
    Plan,
    Rows,
)
from domain.tables.relationships import relationships
from domain.tables.secure import Policy, order_totally, secure
from tests.domain.tables.catalogs import catalog, reference, table

if TYPE_CHECKING:
    from domain.tables.plan import Output

ARTIST = table("artist", "id n?")
ALBUM = table("album", "id artist_id", reference("f", "artist_id", "artist"))
WAYS = relationships(catalog(ALBUM, ARTIST))
TO_ARTIST, TO_ALBUMS = WAYS[ALBUM.name][0], WAYS[TableName("public", "artist")][0]
POLICY = Policy(max_rows=10)


def albums(*output: Output) -> ListOutput:
    return ListOutput("albums", TO_ALBUMS, Rows(ALBUM, output))


def secured_list(*output: Output) -> Rows:
    return secure(Plan((ListRoot("r", Rows(ARTIST, output)),)), POLICY).roots[0].rows


def names(rows: Rows) -> list[tuple[str | None, Direction]]:
    return [
        (term.column.name if isinstance(term.column, Column) else None, term.direction)
        for term in rows.order_by
        if isinstance(term, OrderTerm)
    ]


def test_an_ordering_ends_with_the_key() -> None:
    rows = Rows(ARTIST, (), order_by=(OrderTerm(ARTIST.by_name["n"], Direction.DESC),))

    assert names(order_totally(rows)) == [("n", Direction.DESC), ("id", Direction.ASC)]


def test_a_key_that_is_ordered_by_already_is_not_added() -> None:
    rows = Rows(ARTIST, (), order_by=(OrderTerm(ARTIST.by_name["id"], Direction.DESC),))

    assert order_totally(rows) == rows


def test_the_rest_of_a_composite_key_is_added() -> None:
    bridge = table("bridge", "a b c", key="a b")
    rows = Rows(bridge, (), order_by=(OrderTerm(bridge.by_name["b"], Direction.DESC),))

    assert names(order_totally(rows)) == [("b", Direction.DESC), ("a", Direction.ASC)]


def test_a_column_of_a_related_row_is_not_the_key() -> None:
    term = OrderTerm(ARTIST.by_name["id"], Direction.ASC, ((TO_ARTIST, ARTIST),))

    assert names(order_totally(Rows(ALBUM, (), order_by=(term,)))) == [("id", Direction.ASC)] * 2


def test_a_table_without_a_key_is_left_as_it_is() -> None:
    rows = Rows(table("loose", "a?", key=None, unique=("a",)), ())

    assert order_totally(rows) == rows


def test_a_unique_key_without_nulls_stands_in_for_a_primary_key() -> None:
    rows = Rows(table("loose", "a b", key=None, unique=("b",)), ())

    assert names(order_totally(rows)) == [("b", Direction.ASC)]


def test_every_list_is_ordered_and_capped() -> None:
    nested = albums(ObjectOutput("artist", TO_ARTIST, ARTIST, (albums(ConstantOutput("t", "Album")),)))

    rows = secured_list(nested)

    inner = rows.output[0]
    assert isinstance(inner, ListOutput)
    between = inner.rows.output[0]
    assert isinstance(between, ObjectOutput)
    innermost = between.output[0]
    assert isinstance(innermost, ListOutput)
    for each in (rows, inner.rows, innermost.rows):
        assert each.cap == 10
        assert names(each) == [("id", Direction.ASC)]


def test_a_row_by_key_is_no_list_but_what_is_below_it_is() -> None:
    root = secure(Plan((ByKeyRoot("r", Rows(ARTIST, (albums(),))),)), POLICY).roots[0]

    assert (root.rows.cap, root.rows.order_by) == (None, ())
    inner = root.rows.output[0]
    assert isinstance(inner, ListOutput)
    assert inner.rows.cap == 10


def test_what_is_asked_for_stays() -> None:
    output = (ColumnOutput("a", ARTIST.by_name["id"]), ConstantOutput("t", "Artist"))

    assert secured_list(*output).output == output


def test_a_plan_is_never_changed_in_place() -> None:
    plan = Plan((ListRoot("r", Rows(ARTIST, (albums(),))),))

    secure(plan, POLICY)

    assert plan == Plan((ListRoot("r", Rows(ARTIST, (albums(),))),))
