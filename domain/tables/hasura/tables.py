"""An entry of `tables`: names, relationships, computed fields and permissions of one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.tables.hasura.names import qualified
from domain.tables.hasura.permissions import PERMISSIONS, read_permissions
from domain.tables.hasura.report import entries, refuse_repeated, text, texts
from domain.tables.metadata import (
    ByColumns,
    ByForeignKey,
    ComputedFieldDefinition,
    RelationshipDefinition,
    RelationshipKind,
    RootField,
    TableSettings,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.document import Node
    from domain.tables.catalog import TableName
    from domain.tables.hasura.report import Report
    from domain.tables.metadata import Permission

_RELATIONSHIPS: Final = {f"{kind.value}_relationships": kind for kind in RelationshipKind}
_TAKEN: Final = ("table", "is_enum", "configuration", "computed_fields", *_RELATIONSHIPS, *PERMISSIONS)
_COMMENT: Final = "Descriptions are the database's: COMMENT ON."
_REASONS: Final = {
    "event_triggers": "There are no event triggers.",
    "remote_relationships": "There are no relationships to other servers or databases.",
    "apollo_federation_config": "The schema is no subgraph of Apollo Federation.",
    "logical_model": "There are no logical models.",
}
_CONFIGURATION: Final = ("custom_name", "custom_column_names", "custom_root_fields", "column_config")
_STREAM: Final = "There is no streaming of a table's rows under a name of its own."
_INSERTED_AFTER: Final = "after_parent"


@dataclass(frozen=True, slots=True)
class TableEntry:
    """Everything that is said about one table."""

    settings: TableSettings
    relationships: tuple[RelationshipDefinition, ...]
    computed_fields: tuple[ComputedFieldDefinition, ...]
    permissions: tuple[Permission, ...]


def read_table(entry: Node, report: Report) -> TableEntry:
    """Read one table; raises DocumentError where it is not Hasura's."""
    members = report.members(entry, _TAKEN, _REASONS)
    if "table" not in members:
        entry.refuse("table is missing.")
    table = qualified(members["table"])
    fields = [_computed(table, each, report) for each in entries(members.get("computed_fields"))]
    refuse_repeated(entries(members.get("computed_fields")), (each.name for each in fields))
    ways = list(_relationships(table, members, report))
    refuse_repeated(
        (entry for part in _RELATIONSHIPS for entry in entries(members.get(part))), (way.name for way in ways)
    )
    return TableEntry(
        settings=_settings(table, members, report),
        relationships=tuple(ways),
        computed_fields=tuple(fields),
        permissions=tuple(read_permissions(table, members, report)),
    )


def _settings(table: TableName, members: Mapping[str, Node], report: Report) -> TableSettings:
    node = members.get("configuration")
    configured = report.members(node, _CONFIGURATION, {"comment": _COMMENT}) if node else {}
    return TableSettings(
        table=table,
        is_enum=members["is_enum"].flag() if "is_enum" in members else False,
        custom_name=text(configured.get("custom_name")),
        column_names=_column_names(configured, report),
        root_fields=_root_fields(configured.get("custom_root_fields"), report),
    )


def _column_names(configured: Mapping[str, Node], report: Report) -> dict[str, str]:
    """The newer `column_config` goes before `custom_column_names`."""
    older = configured.get("custom_column_names")
    names = {name: each.text() for name, each in (older.members() if older else {}).items()}
    newer = configured.get("column_config")
    for column, each in (newer.members() if newer else {}).items():
        if name := text(report.members(each, ("custom_name",), {"comment": _COMMENT}).get("custom_name")):
            names[column] = name
    return names


def _root_fields(node: Node | None, report: Report) -> dict[RootField, str]:
    """Each is a name, or a name and a comment."""
    if node is None:
        return {}
    names: dict[RootField, str] = {}
    for field, each in report.members(node, tuple(RootField), {"select_stream": _STREAM}).items():
        named = (
            each if isinstance(each.value, str) else report.members(each, ("name",), {"comment": _COMMENT}).get("name")
        )
        if name := text(named):
            names[RootField(field)] = name
    return names


def _relationships(table: TableName, members: Mapping[str, Node], report: Report) -> Iterator[RelationshipDefinition]:
    for part, kind in _RELATIONSHIPS.items():
        for entry in entries(members.get(part)):
            found = report.members(entry, ("name", "using", "comment"), {})
            if not {"name", "using"} <= found.keys():
                entry.refuse("name and using are expected.")
            comment = text(found.get("comment"))
            yield RelationshipDefinition(table, found["name"].text(), kind, _using(found["using"], report), comment)


def _using(node: Node, report: Report) -> ByForeignKey | ByColumns:
    using = report.members(node, ("foreign_key_constraint_on", "manual_configuration"), {})
    if key := using.get("foreign_key_constraint_on"):
        return _by_foreign_key(key)
    if by_hand := using.get("manual_configuration"):
        return _by_columns(by_hand, report)
    return node.refuse("foreign_key_constraint_on or manual_configuration is expected.")


def _by_foreign_key(node: Node) -> ByForeignKey:
    """Columns of the table itself, or those of another one that refers to it."""
    if not isinstance(node.value, dict):
        return ByForeignKey(_columns(node))
    members = node.members(("table", "column", "columns"))
    columns = members.get("columns", members.get("column"))
    if "table" not in members or columns is None:
        node.refuse("table and column are expected.")
    return ByForeignKey(_columns(columns), qualified(members["table"]))


def _columns(node: Node) -> tuple[str, ...]:
    return (node.text(),) if isinstance(node.value, str) else texts(node)


def _by_columns(node: Node, report: Report) -> ByColumns:
    members = report.members(node, ("remote_table", "column_mapping", "insertion_order"), {})
    if not {"remote_table", "column_mapping"} <= members.keys():
        node.refuse("remote_table and column_mapping are expected.")
    pairs = members["column_mapping"].members()
    return ByColumns(
        target=qualified(members["remote_table"]),
        columns=tuple((own, other.text()) for own, other in pairs.items()),
        inserted_after=text(members.get("insertion_order")) == _INSERTED_AFTER,
    )


def _computed(table: TableName, entry: Node, report: Report) -> ComputedFieldDefinition:
    outer = report.members(entry, ("name", "definition", "comment"), {})
    if not {"name", "definition"} <= outer.keys():
        entry.refuse("name and definition are expected.")
    members = report.members(outer["definition"], ("function", "table_argument", "session_argument"), {})
    if "function" not in members:
        outer["definition"].refuse("function is missing.")
    return ComputedFieldDefinition(
        table=table,
        name=outer["name"].text(),
        function=qualified(members["function"]),
        table_argument=text(members.get("table_argument")),
        session_argument=text(members.get("session_argument")),
        comment=text(outer.get("comment")),
    )
