"""The whole metadata of Hasura, as `export_metadata` gives it and `replace_metadata` takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.roles import ADMINISTRATORS
from domain.tables.hasura.functions import read_function
from domain.tables.hasura.report import NotTaken, Report, entries, refuse_repeated, text, texts
from domain.tables.hasura.tables import read_table
from domain.tables.metadata import Metadata

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.document import Node

_POSTGRES: Final = frozenset({"postgres", "pg"})
_TAKEN: Final = ("version", "sources", "tables", "functions", "inherited_roles")
_REASONS: Final = {
    "remote_schemas": "There are no remote schemas.",
    "actions": "There are no actions.",
    "custom_types": "There are no actions, and so no types for them.",
    "cron_triggers": "There are no cron triggers.",
    "query_collections": "There are no collections of queries; see persisted queries in docs/graphql-over-http.md.",
    "allowlist": "There is no allow list; see persisted queries in docs/graphql-over-http.md.",
    "rest_endpoints": "There are no REST endpoints.",
    "api_limits": "Limits are settings: docs/limits.md.",
    "graphql_schema_introspection": "Introspection is a setting for all roles: INTROSPECTION.",
    "network": "There is nothing that calls other servers, and so no list of hosts.",
    "metrics_config": "Metrics are not configured here.",
    "opentelemetry": "Traces are not exported.",
    "backend_configs": "There are no other kinds of database.",
}
_SOURCE: Final = ("name", "kind", "tables", "functions")
_SOURCE_REASONS: Final = {
    "configuration": "The database is a setting: DATABASE_URL.",
    "customization": "Names are a setting for all tables: TABLE_NAMING. There are no prefixes and suffixes.",
    "native_queries": "There are no native queries.",
    "stored_procedures": "There are no stored procedures.",
    "logical_models": "There are no logical models.",
    "health_check": "Whether the database answers is a part of /readyz.",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """What was taken, and what was not, in the order of the document."""

    metadata: Metadata
    not_taken: tuple[NotTaken, ...]


def import_hasura(document: Node, source: str | None = None) -> Imported:
    """Take what there is here too.

    Args:
        document: Hasura's metadata.
        source: the name of the database to take; None: the one named `default`, else the only one.

    Raises:
        DocumentError: it is not Hasura's metadata, or which database is meant is open.
    """
    report = Report()
    top = _unwrapped(document)
    members = report.members(top, _TAKEN, _REASONS)
    if not members.keys() & {"sources", "tables"}:
        top.refuse("sources or tables are expected.")
    parts = _source(members["sources"], source, report) if "sources" in members else members
    tables = [read_table(entry, report) for entry in entries(parts.get("tables"))]
    refuse_repeated(entries(parts.get("tables")), (table.settings.table for table in tables))
    functions = [read_function(entry, report) for entry in entries(parts.get("functions"))]
    refuse_repeated(entries(parts.get("functions")), (function.function for function in functions))
    metadata = Metadata(
        tables={table.settings.table: table.settings for table in tables},
        relationships=tuple(each for table in tables for each in table.relationships),
        computed_fields=tuple(each for table in tables for each in table.computed_fields),
        functions={function.function: function for function in functions},
        permissions=tuple(each for table in tables for each in table.permissions),
        inherits=_inherited(entries(members.get("inherited_roles")), report),
    )
    return Imported(metadata, tuple(report.entries))


def _unwrapped(document: Node) -> Node:
    """Less what calls and answers of the metadata API have around it."""
    members = document.members()
    for name in ("args", "metadata"):
        if name in members and not members.keys() & {"sources", "tables"}:
            return _unwrapped(members[name])
    return document


def _source(sources: Node, wanted: str | None, report: Report) -> Mapping[str, Node]:
    """The parts of the database that is taken."""
    found: dict[str, Node] = {}
    for entry in sources.items():
        members = entry.members()
        if "name" not in members:
            entry.refuse("name is missing.")
        if text(members.get("kind")) in _POSTGRES | {None}:
            found[members["name"].text()] = entry
        else:
            report.add(entry, f"The kind of database {members['kind'].value} is not served.")
    name = _chosen(sources, list(found), wanted)
    for other, entry in found.items():
        if other != name:
            report.add(entry, f"Only one database is served, and {name} is taken.")
    return report.members(found[name], _SOURCE, _SOURCE_REASONS)


def _chosen(sources: Node, names: Sequence[str], wanted: str | None) -> str:
    if wanted is None and len(names) == 1:
        return names[0]
    if (wanted or "default") in names:
        return wanted or "default"
    known = ", ".join(names) or "none"
    return sources.refuse(f"Name the source to take (--source); those of PostgreSQL are: {known}.")


def _inherited(nodes: Sequence[Node], report: Report) -> dict[str, frozenset[str]]:
    taken: list[tuple[Node, str, frozenset[str]]] = []
    for entry in nodes:
        members = report.members(entry, ("role_name", "role_set"), {})
        if "role_name" not in members:
            entry.refuse("role_name is missing.")
        names = frozenset(texts(members.get("role_set")))
        if names & ADMINISTRATORS:
            report.add(entry, "A role cannot inherit what administrators may do; the role is left out.")
        else:
            taken.append((entry, members["role_name"].text(), names))
    refuse_repeated((entry for entry, _, _ in taken), (role for _, role, _ in taken))
    return {role: names for _, role, names in taken}
