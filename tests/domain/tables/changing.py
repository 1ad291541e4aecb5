"""What one database may hold at one time and at another, and what is said about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.tables.catalog import TableName
from domain.tables.enums import EnumRows
from domain.tables.metadata import (
    NO_METADATA,
    Action,
    ByColumns,
    ByForeignKey,
    Metadata,
    Permission,
    RelationshipDefinition,
    RelationshipKind,
    TableSettings,
)
from tests.domain.tables.catalogs import TEXT, catalog, column, reference, table

if TYPE_CHECKING:
    from domain.tables.catalog import Catalog, Table

ALBUM = table("album", "id artist_id mood", reference("f", "artist_id", "artist"), reference("m", "mood", "mood"))
ARTIST, LABEL = table("artist", "id label_id"), table("label")
MOOD = replace(table("mood"), columns=(column("id", TEXT),))
TAGGED = table(
    "tagged", "album_id label_id", reference("a", "album_id", "album"), reference("l", "label_id", "label"),
    key="album_id label_id",
)  # fmt: skip
ONE = replace(ALBUM, columns=(*ALBUM.columns[:2], column("mood", TEXT)))
"""The album whose mood is a text, as those of an enum are."""


def name(of: Table) -> TableName:
    return of.name


SAID = Metadata(
    tables={
        name(MOOD): TableSettings(name(MOOD), is_enum=True),
        name(ARTIST): TableSettings(name(ARTIST), hidden_relationships=("album",)),
        TableName("public", "gone"): TableSettings(TableName("public", "gone")),
    },
    relationships=(
        RelationshipDefinition(name(ALBUM), "by", RelationshipKind.OBJECT, ByForeignKey(("artist_id",))),
        RelationshipDefinition(
            name(ALBUM), "far", RelationshipKind.OBJECT, ByColumns(name(LABEL), (("artist_id", "id"),))
        ),
    ),
    permissions=(
        Permission(name(ALBUM), "user", Action.SELECT, columns=("id", "label_id")),
        Permission(name(LABEL), "user", Action.SELECT, columns=("id",)),
    ),
    version="said",
)
UNTRACKED = replace(
    SAID, tables={**SAID.tables, name(LABEL): TableSettings(name(LABEL), tracked=False)}, version="untracked"
)
WORLDS: dict[str, tuple[Catalog, Metadata, EnumRows | None]] = {
    "plain": (catalog(ALBUM, ARTIST, LABEL, MOOD), NO_METADATA, None),
    "said": (catalog(ONE, ARTIST, LABEL, MOOD, TAGGED), SAID, EnumRows({name(MOOD): (("sad", None),)}, "1")),
    "other values": (catalog(ONE, ARTIST, LABEL, MOOD, TAGGED), SAID, EnumRows({name(MOOD): (("gay", None),)}, "2")),
    "no label": (catalog(ONE, ARTIST, MOOD, TAGGED), SAID, EnumRows({name(MOOD): (("sad", None),)}, "1")),
    "another label": (catalog(ONE, ARTIST, table("label", "number", key="number"), MOOD, TAGGED), SAID, None),
    "untracked": (catalog(ONE, ARTIST, LABEL, MOOD, TAGGED), UNTRACKED, None),
    "more": (catalog(TAGGED, ALBUM, table("artist", "id label_id album", key="album"), LABEL, MOOD), NO_METADATA, None),
    "unique": (catalog(replace(ALBUM, unique_keys=(*ALBUM.unique_keys, *TAGGED.unique_keys)), ARTIST), SAID, None),
    "nothing": (catalog(), NO_METADATA, None),
}
