"""The passes reach every list that a mutation answers."""

from __future__ import annotations

from domain.tables.operators import Direction
from domain.tables.plan import EVERYTHING, ColumnOutput, ListOutput, OrderTerm, Rows
from domain.tables.relationships import relationships
from domain.tables.secure import Policy
from domain.tables.secure_writes import secure_writes
from domain.tables.writes import AffectedRows, Delete, OneRow, Response, Returning, Write, WritePlan, WriteRoot
from tests.domain.tables.catalogs import catalog, reference, table

ALBUM = table("album")
SONG = table("song", "id album_id", reference("song_album", "album_id", "album"))
(SONGS,) = relationships(catalog(ALBUM, SONG))[ALBUM.name]
ROWS = Rows(ALBUM, (ListOutput("songs", SONGS, Rows(SONG, (ColumnOutput("id", SONG.by_name["id"]),))),))
POLICY = Policy(max_rows=7)


def secured(answer: Response | OneRow) -> Response | OneRow:
    plan = WritePlan((WriteRoot("root", (Write(Delete(ALBUM, EVERYTHING), answer),)),))
    root = secure_writes(plan, POLICY).roots[0]
    assert isinstance(root, WriteRoot)
    return root.writes[0].answer


def assert_safe(rows: Rows) -> None:
    (songs,) = rows.output
    assert isinstance(songs, ListOutput)
    assert rows.cap == songs.rows.cap == POLICY.max_rows
    assert rows.order_by == ()
    assert songs.rows.order_by == (OrderTerm(SONG.by_name["id"], Direction.ASC, key_of=SONG.name),)


def test_of_returned_rows() -> None:
    answer = secured(Response((AffectedRows("count"), Returning("rows", ROWS))))

    assert isinstance(answer, Response)
    count, returning = answer.members
    assert count == AffectedRows("count")
    assert isinstance(returning, Returning)
    assert_safe(returning.rows)


def test_of_one_row() -> None:
    answer = secured(OneRow(ROWS))

    assert isinstance(answer, OneRow)
    assert_safe(answer.rows)
