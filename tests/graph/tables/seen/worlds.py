"""Random databases with roles: tables that belong together, rows, permissions with rules, inheritance, a session.

Names of tables and columns are short and the same in every spelling: table `t0` has the key `k` (and `l`), the columns
`a`, `b`, ... and the columns of its foreign keys, such as `f0k`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from hypothesis import strategies as st

from domain.tables.catalog import Catalog, Column, ForeignKey, Key, Table, TableKind, TableName
from domain.tables.metadata import Action, Metadata, Permission
from domain.tables.model import build_model
from tests.domain.tables.catalogs import INTEGER, TEXT
from tests.graph.tables.seen.filters import rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.tables.model import Model

Row: TypeAlias = "dict[str, Any]"

SCHEMA = "w"
ROLES = ("p", "q", "r", "s")
"""The first two stand for themselves, r inherits both, s inherits r and may have permissions of its own."""
INHERITS = {"r": frozenset({"p", "q"}), "s": frozenset({"r"})}
SESSION = {"x-user-id": "1", "x-word": "b", "x-numbers": "{0,2}"}
VALUES: Mapping[str, tuple[Any, ...]] = {"int4": (0, 1, 2, 3), "text": ("a", "b", "c")}


class World:
    """A database and what roles may see of it; `rows` are those of each table by its name."""

    def __init__(self, model: Model, rows: Mapping[str, Sequence[Row]]) -> None:
        self.model = model
        self.rows = rows
        self.permissions = model.metadata.permissions

    @property
    def tables(self) -> Mapping[str, Table]:
        return {table.name.name: table for table in self.model.catalog.tables}

    def __repr__(self) -> str:
        permissions = (
            f"{each.table.name} {each.role}: {each.columns} where {each.filter} limit {each.limit} {each.allow_aggregations}"
            for each in self.permissions
        )
        return "\n".join(["", self.script(), *permissions])

    def script(self) -> str:
        """What makes the tables and their rows."""
        parts = [f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA};"]
        for name, table in self.tables.items():
            columns = [f"{each.name} {each.declared}{'' if each.nullable else ' NOT NULL'}" for each in table.columns]
            key = f"PRIMARY KEY ({', '.join(table.row_key)})"
            parts.append(f"CREATE TABLE {SCHEMA}.{name} ({', '.join([*columns, key])});")
            if self.rows[name]:
                values = ", ".join(f"({', '.join(map(_literal, row.values()))})" for row in self.rows[name])
                parts.append(f"INSERT INTO {SCHEMA}.{name} ({', '.join(self.rows[name][0])}) VALUES {values};")
        return "\n".join(parts)


def _literal(value: object) -> str:
    return "NULL" if value is None else f"'{value}'"


@st.composite
def worlds(draw: st.DrawFn) -> World:
    tables = draw(_tables())
    catalog = Catalog("1", tuple(tables))
    model = build_model(catalog)
    permissions: list[Permission] = []
    for table in tables:
        parts = draw(_parts(table))
        permissions += [
            draw(_permission(table, role, model, parts.get(role)))
            for role in ROLES
            if role in parts or draw(st.integers(0, 9)) < {"p": 9, "q": 8, "r": 1, "s": 2}[role]
        ]
    metadata = Metadata(permissions=tuple(permissions), inherits=INHERITS)
    return World(build_model(catalog, metadata), draw(_rows(tables)))


@st.composite
def _tables(draw: st.DrawFn) -> list[Table]:
    tables: list[Table] = []
    for number in range(draw(st.integers(2, 4))):
        keys = ["k", "l"] if draw(st.integers(0, 3)) == 0 else ["k"]
        columns = [Column(name, INTEGER, "int4", nullable=False) for name in keys]
        for name in "abc"[: draw(st.integers(1, 3))]:
            type_ = draw(st.sampled_from([INTEGER, TEXT]))
            columns.append(Column(name, type_, type_.name, nullable=draw(st.booleans())))
        named = TableName(SCHEMA, f"t{number}")
        own = Table(named, TableKind.TABLE, tuple(columns), primary_key=Key(f"{named.name}_pkey", tuple(keys)))
        tables.append(draw(_with_references(own, tables)))
    return tables


@st.composite
def _with_references(draw: st.DrawFn, own: Table, others: Sequence[Table]) -> Table:
    """The table with foreign keys to itself or to tables before it; they may be its whole primary key: a bridge."""
    columns, references = list(own.columns), list[ForeignKey]()
    plain = [each for each in others if len(each.row_key) == 1]
    if len(own.row_key) == 2 and plain and draw(st.booleans()):
        for name in own.row_key:
            target = draw(st.sampled_from(plain))
            references.append(ForeignKey(f"{own.name.name}{name}", (name,), target.name, target.row_key))
    for number in range(draw(st.integers(0 if references or not others else 1, 2))):
        target = draw(st.sampled_from([own, *others]))
        nullable = draw(st.booleans()) or target is own
        names = tuple(f"f{number}{each}" for each in target.row_key)
        columns += [Column(each, INTEGER, "int4", nullable=nullable) for each in names]
        references.append(ForeignKey(f"{own.name.name}f{number}", names, target.name, target.row_key))
    return Table(own.name, own.kind, tuple(columns), primary_key=own.primary_key, foreign_keys=tuple(references))


@st.composite
def _rows(draw: st.DrawFn, tables: Sequence[Table]) -> Mapping[str, list[Row]]:
    """Rows that keep their keys; one that would refer to nothing and must not be without is left out."""
    made: dict[str, list[Row]] = {table.name.name: [] for table in tables}
    for table in tables:
        for _ in range(draw(st.integers(0, 6))):
            row = draw(_row(table, made))
            taken = {tuple(each[name] for name in table.row_key) for each in made[table.name.name]}
            if row is not None and tuple(row[name] for name in table.row_key) not in taken:
                made[table.name.name].append(row)
    return made


@st.composite
def _row(draw: st.DrawFn, table: Table, made: Mapping[str, list[Row]]) -> Row | None:
    row: Row = {}
    for column in table.columns:
        values = (*VALUES[column.type.name], *([None, None] if column.nullable else []))
        row[column.name] = draw(st.sampled_from(values))
    for key in table.foreign_keys:
        targets = made[key.referenced.name]
        nullable = table.by_name[key.columns[0]].nullable
        if nullable and (not targets or draw(st.integers(0, 3)) == 0):
            row[draw(st.sampled_from(key.columns))] = None
        elif targets:
            target = draw(st.sampled_from(targets))
            row.update({here: target[there] for here, there in zip(key.columns, key.referenced_columns, strict=True)})
        else:
            return None
    return row


@st.composite
def _parts(draw: st.DrawFn, table: Table) -> Mapping[str, list[str]]:
    """Mostly, different columns for p and q, so that who inherits both sees some columns of some rows only."""
    others = [name for name in table.by_name if name not in table.row_key]
    if not others or draw(st.integers(0, 3)) == 0:
        return {}
    first = draw(st.lists(st.sampled_from(others), unique=True))
    rest = [name for name in others if name not in first]
    return {"p": [*table.row_key, *first], "q": [*table.row_key, *rest]}


@st.composite
def _permission(draw: st.DrawFn, table: Table, role: str, model: Model, of: list[str] | None) -> Permission:
    columns = of or draw(st.none() | st.lists(st.sampled_from(list(table.by_name)), min_size=1, unique=True))
    if columns and draw(st.booleans()):
        columns = list(dict.fromkeys([*table.row_key, *columns]))  # without the key there is little to ask for
    return Permission(
        table.name,
        role,
        Action.SELECT,
        None if columns is None else tuple(columns),
        filter=draw(rules(table, model)),
        limit=draw(st.sampled_from([None, None, 1, 2, 3])),
        allow_aggregations=draw(st.integers(0, 3)) > 0,
    )
