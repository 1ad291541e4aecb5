"""Taking away what does not fit any more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.metadata.situation import permission_name
from domain.tables.inconsistencies import InconsistentPart

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.tables.inconsistencies import Inconsistency
    from domain.tables.metadata import Metadata, TableSettings


def without(metadata: Metadata, misfits: Iterable[Inconsistency]) -> Metadata:
    """The metadata without the parts that do not fit."""
    parts = {(each.part, each.where, each.name) for each in misfits}
    relationship, computed, function, permission = (
        InconsistentPart.RELATIONSHIP,
        InconsistentPart.COMPUTED_FIELD,
        InconsistentPart.FUNCTION,
        InconsistentPart.PERMISSION,
    )
    functions_gone = {where for part, where, _ in parts if part is function}
    return replace(
        metadata,
        tables={name: _settings(settings, parts) for name, settings in metadata.tables.items()},
        relationships=tuple(
            each for each in metadata.relationships if (relationship, each.table, each.name) not in parts
        ),
        computed_fields=tuple(
            each for each in metadata.computed_fields if (computed, each.table, each.name) not in parts
        ),
        functions={name: each for name, each in metadata.functions.items() if name not in functions_gone},
        permissions=tuple(
            each for each in metadata.permissions if (permission, each.table, permission_name(each)) not in parts
        ),
    )


def _settings(settings: TableSettings, parts: Iterable[tuple[InconsistentPart, object, str]]) -> TableSettings:
    hidden = [name for part, where, name in parts if part is InconsistentPart.RELATIONSHIP and where == settings.table]
    if not hidden:
        return settings
    return replace(
        settings,
        hidden_relationships=tuple(name for name in settings.hidden_relationships if name not in hidden),
    )
