"""A database with everything that documents can mention, and changes of it one at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from domain.tables.catalog import (
    Catalog,
    Column,
    DataType,
    Function,
    FunctionArgument,
    Key,
    Table,
    TableKind,
    TableName,
    TypeKind,
    Volatility,
)
from domain.tables.enums import EnumRows
from domain.tables.metadata import (
    Action,
    ByColumns,
    ComputedFieldDefinition,
    FunctionSettings,
    Metadata,
    Permission,
    RelationshipDefinition,
    RelationshipKind,
    RootField,
    TableSettings,
)
from tests.domain.tables.catalogs import INTEGER, TEXT, base, column, reference, table

if TYPE_CHECKING:
    from collections.abc import Callable

FEELING: Final = DataType("public", "feeling", TypeKind.ENUM, labels=("sad", "happy"))
LABELS: Final = DataType("public", "feeling", TypeKind.ENUM, labels=("sad", "happy", "calm"))


@dataclass(frozen=True)
class World:
    tables: dict[str, Table]
    functions: tuple[Function, ...]
    said: Metadata
    moods: tuple[str, ...] = ("loud", "soft")

    @property
    def catalog(self) -> Catalog:
        return Catalog("", tuple(self.tables.values()), self.functions)

    @property
    def rows(self) -> EnumRows:
        """The rows of the table that is an enum."""
        return EnumRows({name("mood"): tuple((mood, None) for mood in self.moods)}, repr(self.moods))


def name(of: str) -> TableName:
    return TableName("public", of)


def row_of(of: str) -> DataType:
    return DataType("public", of, TypeKind.COMPOSITE)


def with_columns(of: Table, *further: Column) -> Table:
    return replace(of, columns=(*of.columns, *further))


def function(of: str, returns: str | DataType, *arguments: FunctionArgument, many: bool = True) -> Function:
    table_name = name(returns) if isinstance(returns, str) else None
    type_ = row_of(returns) if isinstance(returns, str) else returns
    return Function(name(of), arguments, type_, table_name, many, Volatility.STABLE)


def permission(of: str, role: str, action: Action, columns: str | None, **more: object) -> Permission:
    return Permission(name(of), role, action, None if columns is None else tuple(columns.split()), **more)  # type: ignore[arg-type]


ALBUM = with_columns(
    table(
        "album", "id artist_id?", reference("album_artist", "artist_id", "artist"),
        reference("album_mood", "mood", "mood", "name"), unique=("title",),
    ),
    column("title", TEXT), column("mood", TEXT, nullable=True), column("price", base("numeric"), nullable=True),
    column("document", base("jsonb"), nullable=True), column("feeling", FEELING, nullable=True),
)  # fmt: skip
TABLES: Final = {
    "album": ALBUM,
    "artist": with_columns(
        table("artist", "id label_id?", reference("artist_label", "label_id", "label")), column("name", TEXT)
    ),
    "label": with_columns(table("label", "id"), column("name", TEXT)),
    "mood": replace(table("mood", "name", key="name"), columns=(column("name", TEXT),)),
    "tagged": table(
        "tagged", "album_id label_id", reference("tagged_album", "album_id", "album"),
        reference("tagged_label", "label_id", "label"), key="album_id label_id",
    ),
    "track": with_columns(
        table("track", "id album_id length", reference("track_album", "album_id", "album")), column("name", TEXT)
    ),
    "unrelated": with_columns(table("unrelated"), column("note", TEXT)),
}  # fmt: skip
FUNCTIONS: Final = (
    function("albums_like", "album", FunctionArgument("words", TEXT, has_default=False)),
    function("albums_of", "album", FunctionArgument("of", row_of("label"), has_default=False, row=name("label"))),
    function(
        "length_of", INTEGER, FunctionArgument("of", row_of("album"), has_default=False, row=name("album")), many=False
    ),
)
OWN = {"artist": {"label_id": {"_eq": "X-User-Id"}}}
SAID: Final = Metadata(
    tables={name("mood"): TableSettings(name("mood"), is_enum=True)},
    relationships=(
        RelationshipDefinition(
            name("label"), "shortest", RelationshipKind.ARRAY, ByColumns(name("track"), (("id", "length"),))
        ),
    ),
    computed_fields=(ComputedFieldDefinition(name("album"), "total", name("length_of")),),
    permissions=(
        permission("album", "user", Action.SELECT, "id title artist_id mood", filter=OWN, limit=7, computed_fields=("total",)),
        permission("artist", "user", Action.SELECT, "id name label_id", filter={}, allow_aggregations=True),
        permission("label", "user", Action.SELECT, "id name", filter={}),
        permission(
            "track", "user", Action.SELECT, "id name album_id",
            filter={"_exists": {"_table": "unrelated", "_where": {"note": "X-User-Id"}}}, allow_aggregations=True,
        ),
        permission("tagged", "user", Action.SELECT, "album_id label_id", filter={}),
        permission("album", "user", Action.INSERT, "id title artist_id", check=OWN, presets={"mood": "loud"}),
        permission("track", "user", Action.INSERT, "id name length album_id", check={}),
        permission("album", "user", Action.UPDATE, "title", filter=OWN, check={}, presets={"price": "1"}),
        permission("track", "user", Action.DELETE, None, filter={"length": {"_gt": 3}}),
        permission("album", "other", Action.SELECT, "id title price", filter={"id": {"_lt": 100}}),
    ),
    inherits={"heir": frozenset({"user", "other"})},
)  # fmt: skip
START: Final = World(TABLES, FUNCTIONS, SAID)


def of_table(of: str, change: Callable[[Table], Table]) -> Callable[[World], World]:
    def changed(world: World) -> World:
        if of not in world.tables:
            return world
        return replace(world, tables={**world.tables, of: change(world.tables[of])})

    return changed


def of_column(of: str, which: str, change: Callable[[Column], Column]) -> Callable[[World], World]:
    def changed(before: Table) -> Table:
        return replace(before, columns=tuple(change(c) if c.name == which else c for c in before.columns))

    return of_table(of, changed)


def without_column(of: str, which: str) -> Callable[[World], World]:
    def changed(before: Table) -> Table:
        return replace(
            before,
            columns=tuple(each for each in before.columns if each.name != which),
            foreign_keys=tuple(each for each in before.foreign_keys if which not in each.columns),
            unique_keys=tuple(each for each in before.unique_keys if which not in each.columns),
        )

    return of_table(of, changed)


def without_table(of: str) -> Callable[[World], World]:
    def changed(world: World) -> World:
        return replace(world, tables={key: each for key, each in world.tables.items() if key != of})

    return changed


def with_table(made: Table) -> Callable[[World], World]:
    def changed(world: World) -> World:
        tables = {**world.tables, made.name.name: made}
        return replace(world, tables={key: tables[key] for key in sorted(tables)})

    return changed


def with_functions(*given: Function) -> Callable[[World], World]:
    return lambda world: replace(world, functions=given)


def saying(**given: object) -> Callable[[World], World]:
    return lambda world: replace(world, said=replace(world.said, **given))  # type: ignore[arg-type]


def settings(of: str, **given: object) -> Callable[[World], World]:
    def changed(world: World) -> World:
        tables = {**world.said.tables, name(of): TableSettings(name(of), **given)}  # type: ignore[arg-type]
        return replace(world, said=replace(world.said, tables=tables))

    return changed


def permitting(of: str, role: str, action: Action, **given: object) -> Callable[[World], World]:
    def changed(world: World) -> World:
        permissions = (
            replace(each, **given) if (each.table, each.role, each.action) == (name(of), role, action) else each  # type: ignore[arg-type]
            for each in world.said.permissions
        )
        return replace(world, said=replace(world.said, permissions=tuple(permissions)))

    return changed


def forbidding(of: str, role: str, action: Action) -> Callable[[World], World]:
    def changed(world: World) -> World:
        kept = (
            each for each in world.said.permissions if (each.table, each.role, each.action) != (name(of), role, action)
        )
        return replace(world, said=replace(world.said, permissions=tuple(kept)))

    return changed


STRUCTURE: Final[dict[str, Callable[[World], World]]] = {
    "a column more elsewhere": of_table("unrelated", lambda t: with_columns(t, column("more", TEXT))),
    "a column less elsewhere": without_column("unrelated", "note"),
    "a column more": of_table("album", lambda t: with_columns(t, column("more", TEXT))),
    "a column less": without_column("album", "title"),
    "a column that refers less": without_column("artist", "label_id"),
    "a column renamed": of_column("artist", "name", lambda c: replace(c, name="called")),
    "another type": of_column("album", "price", lambda c: replace(c, type=TEXT)),
    "a type of elsewhere": of_column("unrelated", "note", lambda c: replace(c, type=base("uuid"))),
    "a label more": of_column("album", "feeling", lambda c: replace(c, type=LABELS)),
    "never null": of_column("album", "artist_id", lambda c: replace(c, nullable=False)),
    "made by the database": of_column("track", "length", lambda c: replace(c, generated=True, read_only=True)),
    "another key": of_table("track", lambda t: replace(t, primary_key=Key("other", ("id", "album_id")))),
    "no key": of_table("label", lambda t: replace(t, primary_key=None)),
    "a view": of_table(
        "track", lambda t: replace(t, kind=TableKind.VIEW, insertable=False, updatable=False, deletable=False)
    ),
    "no unique key": of_table("album", lambda t: replace(t, unique_keys=())),
    "a reference more": of_table(
        "track", lambda t: replace(t, foreign_keys=(*t.foreign_keys, reference("r", "length", "label")))
    ),
    "a reference less": of_table("track", lambda t: replace(t, foreign_keys=())),
    "a comment": of_table("label", lambda t: replace(t, comment="Who pays.")),
    "no label": without_table("label"),
    "no bridge": without_table("tagged"),
    "nothing elsewhere": without_table("unrelated"),
    "a table more": with_table(table("another", "id album_id", reference("another", "album_id", "album"))),
    "a table with a name of types": with_table(table("feeling", "id")),
    "a table with a name of the platform's": with_table(table("me", "id")),
    "a bridge more": with_table(
        table("both", "album_id track_id", reference("both_a", "album_id", "album"),
              reference("both_t", "track_id", "track"), key="album_id track_id")
    ),
    "another bridge": of_table("tagged", lambda t: with_columns(t, column("since", TEXT))),
    "no functions": with_functions(),
    "another function": with_functions(
        *FUNCTIONS[1:], function("albums_like", "album", FunctionArgument("words", base("int8"), has_default=True))
    ),
    "a function more": with_functions(*FUNCTIONS, function("every_label", "label")),
}  # fmt: skip
SAYING: Final[dict[str, Callable[[World], World]]] = {
    "other values": lambda world: replace(world, moods=(*world.moods, "odd")),
    "no enum": settings("mood"),
    "another name": settings("album", custom_name="record"),
    "the name of a type that tables share": settings("unrelated", custom_name="feeling"),
    "names of columns": settings("track", column_names={"length": "seconds"}),
    "names of root fields": settings("artist", root_fields={RootField.SELECT: "musicians"}),
    "nothing served": settings("label", tracked=False),
    "a hidden relationship": settings("album", hidden_relationships=("artist",)),
    "no relationships by hand": saying(relationships=()),
    "another relationship by hand": saying(
        relationships=(
            RelationshipDefinition(
                name("label"), "shortest", RelationshipKind.ARRAY, ByColumns(name("track"), (("id", "album_id"),))
            ),
        )
    ),
    "no computed fields": saying(computed_fields=()),
    "a function for others": saying(
        functions={name("albums_like"): FunctionSettings(name("albums_like"), roles=frozenset({"other"}))}
    ),
    "fewer columns": permitting("album", "user", Action.SELECT, columns=("id",)),
    "more columns": permitting("album", "other", Action.SELECT, columns=("id", "title", "feeling", "document")),
    "another rule": permitting("album", "user", Action.SELECT, filter={"id": {"_eq": 1}}),
    "a rule about others": permitting(
        "artist", "user", Action.SELECT, filter={"_exists": {"_table": "track", "_where": {"length": 1}}}
    ),
    "a rule that fits nothing": permitting("artist", "user", Action.SELECT, filter={"nothing": 1}),
    "another limit": permitting("album", "user", Action.SELECT, limit=3),
    "no aggregates": permitting("track", "user", Action.SELECT, allow_aggregations=False),
    "another check": permitting("album", "user", Action.INSERT, check={"id": {"_gt": 5}}),
    "another preset": permitting("album", "user", Action.UPDATE, presets={"price": "2"}),
    "for backends only": permitting("track", "user", Action.INSERT, backend_only=True),
    "a bridge that is not read": forbidding("tagged", "user", Action.SELECT),
    "another rule of a bridge": permitting("tagged", "user", Action.SELECT, filter={"label_id": {"_eq": 1}}),
    "not read": forbidding("artist", "user", Action.SELECT),
    "not deleted": forbidding("track", "user", Action.DELETE),
    "nothing inherited": saying(inherits={}),
}
CHANGES: Final = {**STRUCTURE, **SAYING}
