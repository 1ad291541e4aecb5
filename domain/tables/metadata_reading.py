"""From the document of `metadata_document` to `Metadata`: what is unknown or misplaced is refused with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.document import Node
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
from domain.tables.metadata_document import EVERY_COLUMN, VERSION
from domain.tables.metadata_names import read_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from domain.document import Json, Read

_SETTINGS: Final = ("tracked", "is_enum", "custom_name", "column_names", "root_fields", "hidden_relationships")
_TABLE: Final = (*_SETTINGS, "relationships", "computed_fields", "permissions")
_FUNCTION: Final = ("tracked", "exposed_as", "session_argument", "custom_name", "roles", "comment")
_PERMISSION: Final[Mapping[Action, tuple[str, ...]]] = {
    Action.SELECT: ("columns", "computed_fields", "filter", "limit", "allow_aggregations", "comment"),
    Action.INSERT: ("columns", "check", "presets", "backend_only", "comment"),
    Action.UPDATE: ("columns", "filter", "check", "presets", "backend_only", "comment"),
    Action.DELETE: ("filter", "backend_only", "comment"),
}


def from_document(document: Node, beside: Collection[str] = ()) -> Metadata:
    """What the document says of tables, functions and roles; `beside` are members that are about something else.

    Raises:
        DocumentError: a part of it is not what is expected there.
    """
    members = document.members(("version", "tables", "functions", "roles", *beside))
    if "version" not in members or members["version"].value != VERSION:
        document.refuse(f"version: {VERSION} is expected.")
    tables = dict(_named(members.get("tables")))
    return Metadata(
        tables={name: settings for name, node in tables.items() if (settings := _settings(name, node))},
        relationships=tuple(_of_each(tables, "relationships", _relationship)),
        computed_fields=tuple(_of_each(tables, "computed_fields", _computed)),
        functions={name: _function(name, node) for name, node in _named(members.get("functions"))},
        permissions=tuple(
            _permission(name, role, action, node)
            for name, table in tables.items()
            for role, roles in _members_of(table, "permissions")
            for action, node in _actions(roles)
        ),
        inherits=members["roles"].each(_role) if "roles" in members else {},
    )


def _named(schemas: Node | None) -> Iterator[tuple[TableName, Node]]:
    for schema, names in (schemas.members() if schemas else {}).items():
        for name, node in names.members().items():
            yield TableName(schema, name), node


def _members_of(table: Node, part: str) -> Iterator[tuple[str, Node]]:
    """The members of one part of a table."""
    found = table.members(_TABLE).get(part)
    return iter(found.members().items() if found else ())


def _of_each(
    tables: Mapping[TableName, Node], part: str, read: Callable[[TableName, str, Node], Read]
) -> Iterator[Read]:
    for table, node in tables.items():
        for name, each in _members_of(table=node, part=part):
            yield read(table, name, each)


def _settings(name: TableName, node: Node) -> TableSettings | None:
    """How a table is served; None where only its relationships or permissions are told of."""
    members = node.members(_TABLE)
    if not members.keys() & set(_SETTINGS):
        return None
    return TableSettings(
        table=name,
        tracked=_flag(members, "tracked", default=True),
        is_enum=_flag(members, "is_enum"),
        custom_name=_text(members, "custom_name"),
        column_names=_text_by_name(members.get("column_names")),
        root_fields=_root_fields(members.get("root_fields")),
        hidden_relationships=_texts(members.get("hidden_relationships")),
    )


def _root_fields(node: Node | None) -> dict[RootField, str]:
    return {RootField(name): each.text() for name, each in (node.members(tuple(RootField)) if node else {}).items()}


def _relationship(table: TableName, name: str, node: Node) -> RelationshipDefinition:
    members = node.members(("kind", "foreign_key", "target", "columns", "inserted_after", "comment"))
    kind = _needed(node, members, "kind").one_of(RelationshipKind)
    by_hand = sorted(members.keys() & {"target", "columns", "inserted_after"})
    if "foreign_key" not in members:
        using: ByForeignKey | ByColumns = _by_columns(node, members)
    elif by_hand:
        members[by_hand[0]].refuse("Either foreign_key or target and columns.")
    else:
        using = _by_foreign_key(members["foreign_key"])
    return RelationshipDefinition(table, name, kind, using, _text(members, "comment"))


def _by_foreign_key(node: Node) -> ByForeignKey:
    if not isinstance(node.value, dict):
        return ByForeignKey(_some_texts(node))
    members = node.members(("table", "columns"))
    referencing = read_name(_needed(node, members, "table"))
    return ByForeignKey(_some_texts(_needed(node, members, "columns")), referencing)


def _by_columns(node: Node, members: Mapping[str, Node]) -> ByColumns:
    return ByColumns(
        target=read_name(_needed(node, members, "target")),
        columns=_pairs(_needed(node, members, "columns")),
        inserted_after=_flag(members, "inserted_after"),
    )


def _pairs(node: Node) -> tuple[tuple[str, str], ...]:
    if isinstance(node.value, dict):
        found = tuple((name, each.text()) for name, each in node.members().items())
    else:
        found = tuple(_pair(each) for each in node.items())
    return found or node.refuse("One pair of columns is needed.")


def _pair(node: Node) -> tuple[str, str]:
    match _texts(node):
        case (own, other):
            return own, other
        case _:
            return node.refuse("Two columns are expected.")


def _computed(table: TableName, name: str, node: Node) -> ComputedFieldDefinition:
    members = node.members(("function", "table_argument", "session_argument", "comment"))
    return ComputedFieldDefinition(
        table=table,
        name=name,
        function=read_name(_needed(node, members, "function")),
        table_argument=_text(members, "table_argument"),
        session_argument=_text(members, "session_argument"),
        comment=_text(members, "comment"),
    )


def _actions(roles: Node) -> Iterator[tuple[Action, Node]]:
    roles.members(tuple(Action))
    return ((Action(action), node) for action, node in roles.each(lambda node: node).items())


def _permission(table: TableName, role: str, action: Action, node: Node) -> Permission:
    members = node.members(_PERMISSION[action])
    columns = members.get("columns")
    return Permission(
        table=table,
        role=role,
        action=action,
        columns=None if columns and columns.value == EVERY_COLUMN else _texts(columns),
        computed_fields=_texts(members.get("computed_fields")),
        filter=_rule(members.get("filter")),
        check=_rule(members.get("check")),
        presets=members["presets"].json_object() if "presets" in members else {},
        limit=members["limit"].count() if "limit" in members else None,
        allow_aggregations=_flag(members, "allow_aggregations"),
        backend_only=_flag(members, "backend_only"),
        comment=_text(members, "comment"),
    )


def _rule(node: Node | None) -> dict[str, Json] | None:
    return node.json_object() if node else None


def _function(name: TableName, node: Node) -> FunctionSettings:
    members = node.members(_FUNCTION)
    return FunctionSettings(
        function=name,
        tracked=_flag(members, "tracked", default=True),
        exposed_as=members["exposed_as"].one_of(ExposedAs) if "exposed_as" in members else None,
        session_argument=_text(members, "session_argument"),
        custom_name=_text(members, "custom_name"),
        roles=frozenset(_texts(members.get("roles"))),
        comment=_text(members, "comment"),
    )


def _role(node: Node) -> frozenset[str]:
    return frozenset(_texts(_needed(node, node.members(("inherits",)), "inherits")))


def _needed(node: Node, members: Mapping[str, Node], name: str) -> Node:
    return members[name] if name in members else node.refuse(f"{name} is missing.")


def _flag(members: Mapping[str, Node], name: str, *, default: bool = False) -> bool:
    return members[name].flag() if name in members else default


def _text(members: Mapping[str, Node], name: str) -> str | None:
    return members[name].text() if name in members else None


def _texts(node: Node | None) -> tuple[str, ...]:
    return tuple(each.text() for each in node.items()) if node else ()


def _some_texts(node: Node) -> tuple[str, ...]:
    return _texts(node) or node.refuse("One name is needed.")


def _text_by_name(node: Node | None) -> dict[str, str]:
    return node.each(Node.text) if node else {}
