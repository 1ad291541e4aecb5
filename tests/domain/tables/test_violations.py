"""Which columns a broken constraint looks at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.tables.catalog import Key, TableName
from domain.tables.violations import Violation
from tests.domain.tables.catalogs import catalog, reference, table

NAME = TableName("public", "song")
SONG = replace(
    table("song", "id album_id place title", reference("song_album", "album_id", "album"), unique=("album_id place",)),
    rules=(Key("place_positive", ("place",)), Key("whole", ())),
)
CATALOG = catalog(table("album"), SONG)


@pytest.mark.parametrize(
    ("violation", "columns"),
    [
        (Violation(NAME, "song_pkey"), ("id",)),
        (Violation(NAME, "song_album_id place"), ("album_id", "place")),
        (Violation(NAME, "song_album"), ("album_id",)),
        (Violation(NAME, "place_positive"), ("place",)),
        (Violation(NAME, "whole"), ()),
        (Violation(NAME, "unknown"), ()),
        (Violation(NAME, None, "title"), ("title",)),
        (Violation(NAME, None, "dropped"), ()),
        (Violation(TableName("public", "hidden"), "song_pkey"), ()),
    ],
)
def test_a_constraint_is_found_by_its_name(violation: Violation, columns: tuple[str, ...]) -> None:
    assert violation.columns(CATALOG) == columns
