"""`Metadata` as a document of plain values, for files: in a stable order, with everything left out that is a default.

What belongs to a table stands with it:

    version: 1
    tables:
      public:
        article:
          relationships:
            writer: {kind: object, foreign_key: [author_id]}
          permissions:
            user:
              select: {columns: [id, title], filter: {author_id: {_eq: X-User-Id}}}
    functions:
      public:
        search_articles: {roles: [user]}
    roles:
      editor: {inherits: [user]}

`metadata_reading` is the way back.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from domain.tables.metadata import Action, ByForeignKey, RootField
from domain.tables.metadata_names import write_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from domain.document import Json
    from domain.tables.catalog import TableName
    from domain.tables.metadata import (
        ByColumns,
        ComputedFieldDefinition,
        FunctionSettings,
        Metadata,
        Permission,
        RelationshipDefinition,
        TableSettings,
    )

    Document = dict[str, Json]

VERSION: Final = 1
"""Of the form of the document."""
EVERY_COLUMN: Final = "*"
_DEFAULTS: Final[tuple[Json, ...]] = (None, "", [], {}, False)


class _OfTable(Protocol):
    @property
    def table(self) -> TableName: ...


_Part = TypeVar("_Part", bound=_OfTable)


def to_document(metadata: Metadata) -> Document:
    """The document of what an installation says about its tables."""
    tables: defaultdict[TableName, Document] = defaultdict(dict)
    for name, settings in metadata.tables.items():
        tables[name] |= _settings(settings)
    for name, ways in _by_table(metadata.relationships).items():
        tables[name]["relationships"] = {way.name: _relationship(way) for way in sorted(ways, key=lambda way: way.name)}
    for name, fields in _by_table(metadata.computed_fields).items():
        tables[name]["computed_fields"] = {
            each.name: _computed(each) for each in sorted(fields, key=lambda it: it.name)
        }
    for name, permissions in _by_table(metadata.permissions).items():
        tables[name]["permissions"] = _permissions(permissions)
    functions = {name: _function(each) for name, each in metadata.functions.items()}
    roles: Document = {
        role: {"inherits": _texts(inherited)} for role, inherited in sorted(metadata.inherits.items()) if inherited
    }
    return {"version": VERSION, **_said(tables=_by_schema(tables), functions=_by_schema(functions), roles=roles)}


def _settings(settings: TableSettings) -> Document:
    return {
        **({} if settings.tracked else {"tracked": False}),
        **_said(
            is_enum=settings.is_enum,
            custom_name=settings.custom_name,
            column_names=dict(sorted(settings.column_names.items())),
            root_fields={each.value: settings.root_fields[each] for each in RootField if each in settings.root_fields},
            hidden_relationships=_texts(settings.hidden_relationships),
        ),
    }


def _relationship(way: RelationshipDefinition) -> Document:
    using = _by_foreign_key(way.using) if isinstance(way.using, ByForeignKey) else _by_columns(way.using)
    return {"kind": way.kind.value, **using, **_said(comment=way.comment)}


def _by_foreign_key(using: ByForeignKey) -> Document:
    columns: list[Json] = list(using.columns)
    if using.referencing is None:
        return {"foreign_key": columns}
    return {"foreign_key": {"table": write_name(using.referencing), "columns": columns}}


def _by_columns(using: ByColumns) -> Document:
    pairs: dict[str, Json] = dict(using.columns)
    listed: list[Json] = [list(pair) for pair in using.columns]
    columns = pairs if len(pairs) == len(listed) else listed  # a column may be equal to two others
    return {"target": write_name(using.target), "columns": columns, **_said(inserted_after=using.inserted_after)}


def _computed(defined: ComputedFieldDefinition) -> Document:
    return {
        "function": write_name(defined.function),
        **_said(
            table_argument=defined.table_argument, session_argument=defined.session_argument, comment=defined.comment
        ),
    }


def _permissions(permissions: Iterable[Permission]) -> Document:
    """Of one table: by role, then by action."""
    roles: defaultdict[str, dict[Action, Permission]] = defaultdict(dict)
    for permission in permissions:
        roles[permission.role][permission.action] = permission
    return {
        role: {action.value: _permission(allowed[action]) for action in Action if action in allowed}
        for role, allowed in sorted(roles.items())
    }


def _permission(permission: Permission) -> Document:
    columns: Json = EVERY_COLUMN if permission.columns is None else _texts(permission.columns)
    return {
        **_said(columns=columns, computed_fields=_texts(permission.computed_fields)),
        # A rule for every row and no rule are two things.
        **({} if permission.filter is None else {"filter": dict(permission.filter)}),
        **({} if permission.check is None else {"check": dict(permission.check)}),
        **_said(presets=dict(sorted(permission.presets.items()))),
        **({} if permission.limit is None else {"limit": permission.limit}),
        **_said(
            allow_aggregations=permission.allow_aggregations,
            backend_only=permission.backend_only,
            comment=permission.comment,
        ),
    }


def _function(settings: FunctionSettings) -> Document:
    return {
        **({} if settings.tracked else {"tracked": False}),
        **_said(
            exposed_as=settings.exposed_as and settings.exposed_as.value,
            session_argument=settings.session_argument,
            custom_name=settings.custom_name,
            roles=_texts(settings.roles),
            comment=settings.comment,
        ),
    }


def _by_schema(named: Mapping[TableName, Document]) -> Document:
    """What is said about things, by schema and name; one that nothing is said about is left out."""
    schemas: dict[str, dict[str, Json]] = {}
    for name in sorted(named):
        if named[name]:
            schemas.setdefault(name.schema, {})[name.name] = named[name]
    return dict(schemas)


def _by_table(parts: Iterable[_Part]) -> dict[TableName, list[_Part]]:
    found: defaultdict[TableName, list[_Part]] = defaultdict(list)
    for part in parts:
        found[part.table].append(part)
    return found


def _texts(names: Collection[str]) -> list[Json]:
    return [*sorted(names)]


def _said(**members: Json) -> Document:
    """The members that are no defaults."""
    return {name: value for name, value in members.items() if value not in _DEFAULTS}
