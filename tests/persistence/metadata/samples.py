"""Metadata in which every member has a value other than its default somewhere."""

from __future__ import annotations

from domain.tables.catalog import TableName
from domain.tables.metadata import (
    Action,
    ByColumns,
    ByForeignKey,
    ComputedFieldDefinition,
    ExposedAs,
    FunctionSettings,
    Metadata,
    Permission,
    RelationshipDefinition,
    RelationshipKind,
    RootField,
    TableSettings,
)

ALBUM = TableName("public", "album")
ARTIST = TableName("public", "artist")
ODD = TableName('a "b".c', "d'e\\f\u00e9")
SEARCH = TableName("public", "search")
LIKE = TableName("public", "like_album")

FULL = Metadata(
    tables={
        ODD: TableSettings(ODD, tracked=False),
        ALBUM: TableSettings(
            ALBUM,
            is_enum=True,
            custom_name="Record",
            column_names={"album_id": "id"},
            root_fields={RootField.SELECT: "records", RootField.INSERT_ONE: "addRecord"},
            hidden_relationships=("artist", "tracks"),
        ),
    },
    relationships=(
        RelationshipDefinition(ALBUM, "maker", RelationshipKind.OBJECT, ByForeignKey(("artist_id",))),
        RelationshipDefinition(
            ALBUM,
            "others",
            RelationshipKind.ARRAY,
            ByColumns(ALBUM, (("artist_id", "artist_id"), ("year", "year"))),
            comment="Of the same year.",
        ),
        RelationshipDefinition(
            ALBUM, "sales", RelationshipKind.OBJECT, ByColumns(ODD, (("album_id", "id"),), inserted_after=True)
        ),
        RelationshipDefinition(ARTIST, "records", RelationshipKind.ARRAY, ByForeignKey(("artist_id",), ALBUM)),
    ),
    computed_fields=(
        ComputedFieldDefinition(ALBUM, "likes", LIKE, "record", "session", "How many."),
        ComputedFieldDefinition(ARTIST, "likes", LIKE),
    ),
    functions={
        LIKE: FunctionSettings(LIKE, tracked=False),
        SEARCH: FunctionSettings(
            SEARCH,
            exposed_as=ExposedAs.MUTATION,
            session_argument="session",
            custom_name="find",
            roles=frozenset({"user", "anonymous"}),
            comment="Finds.",
        ),
    },
    permissions=(
        Permission(
            ALBUM,
            "user",
            Action.SELECT,
            columns=None,
            computed_fields=("likes",),
            filter={"_or": [{"artist_id": {"_eq": "X-User-Id"}}, {"title": {"_is_null": True}}]},
            limit=50,
            allow_aggregations=True,
            comment="Their own.",
        ),
        Permission(
            ALBUM,
            "user",
            Action.INSERT,
            columns=("title",),
            check={},
            presets={"artist_id": "X-User-Id", "year": 1999, "price": 1.25, "note": None},
            backend_only=True,
        ),
        Permission(ALBUM, "user", Action.UPDATE, columns=("title",), filter={}, check={"title": {"_neq": ""}}),
        Permission(ALBUM, "user", Action.DELETE, filter={"artist_id": {"_in": [1, 2, 3]}}),
        Permission(ARTIST, "anonymous", Action.SELECT, columns=("name",), filter={}),
    ),
    inherits={"editor": frozenset({"user", "anonymous"})},
)
