"""What is wrong with metadata as a whole, whatever the database holds."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final

from domain.access.roles import MAX_ROLES, custom_role_name, inherited_names, refuse_bad_inheritance
from domain.errors import ConflictError, InvalidInputError
from domain.metadata.definitions import (
    computed_field_problems,
    function_problems,
    relationship_problems,
    settings_problems,
)
from domain.metadata.permissions import own_problems
from domain.metadata.situation import permission_name
from domain.tables.catalog import TableName
from domain.tables.inconsistencies import Inconsistency, InconsistentPart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from domain.metadata.problems import Problem
    from domain.tables.metadata import Metadata

_ROLES = TableName("selfgraph", "roles")
_NONE: Final[frozenset[str]] = frozenset()


def missing_roles(metadata: Metadata, roles: frozenset[str], beside: frozenset[str] = _NONE) -> tuple[str, ...]:
    """The roles that are named and not there; `beside` are named by what is not of the metadata."""
    named = {permission.role for permission in metadata.permissions}
    named.update(*(settings.roles for settings in metadata.functions.values()))
    named.update(metadata.inherits, *metadata.inherits.values())
    return tuple(sorted(named.union(beside) - roles))


def malformed(metadata: Metadata, roles: frozenset[str], beside: frozenset[str] = _NONE) -> tuple[Inconsistency, ...]:
    """What could not be kept or would be nonsense in every database.

    Args:
        metadata: as they are to be.
        roles: those there are.
        beside: those that are named by what is not of the metadata.
    """
    missing = missing_roles(metadata, roles, beside)
    found = [*_parts(metadata, roles.union(missing)), *_repeated(metadata)]
    return (*found, *_of_roles(metadata, roles, missing))


def _parts(metadata: Metadata, roles: frozenset[str]) -> Iterator[Inconsistency]:
    for settings in metadata.tables.values():
        yield from _all(InconsistentPart.TABLE, settings.table, "", settings_problems(settings))
    for way in metadata.relationships:
        yield from _all(InconsistentPart.RELATIONSHIP, way.table, way.name, relationship_problems(way))
    for field in metadata.computed_fields:
        yield from _all(InconsistentPart.COMPUTED_FIELD, field.table, field.name, computed_field_problems(field))
    for function in metadata.functions.values():
        yield from _all(InconsistentPart.FUNCTION, function.function, "", function_problems(function, roles))
    for permission in metadata.permissions:
        name = permission_name(permission)
        yield from _all(InconsistentPart.PERMISSION, permission.table, name, own_problems(permission, roles))


def _all(part: InconsistentPart, where: TableName, name: str, problems: Iterable[Problem]) -> Iterator[Inconsistency]:
    for problem in problems:
        yield Inconsistency(part, where, name, problem.placed_message())


def _repeated(metadata: Metadata) -> Iterator[Inconsistency]:
    keys = Counter(
        (
            *((InconsistentPart.RELATIONSHIP, each.table, each.name) for each in metadata.relationships),
            *((InconsistentPart.COMPUTED_FIELD, each.table, each.name) for each in metadata.computed_fields),
            *((InconsistentPart.PERMISSION, each.table, permission_name(each)) for each in metadata.permissions),
        )
    )
    for (part, where, name), times in keys.items():
        if times > 1:
            yield Inconsistency(part, where, name, "It is said twice.")


def _of_roles(metadata: Metadata, roles: frozenset[str], missing: tuple[str, ...]) -> Iterator[Inconsistency]:
    if len(roles) + len(missing) > MAX_ROLES:
        yield Inconsistency(InconsistentPart.ROLE, _ROLES, "", f"There are at most {MAX_ROLES} roles.")
    for name in missing:
        yield from _refusal(name, partial(custom_role_name, name))
    for name, inherited in metadata.inherits.items():
        if name not in missing:  # what is built in inherits nothing
            yield from _refusal(name, partial(custom_role_name, name))
        yield from _refusal(name, partial(inherited_names, name, inherited))
        yield from _refusal(name, partial(refuse_bad_inheritance, metadata.inherits, name))


def _refusal(role: str, check: Callable[[], object]) -> Iterator[Inconsistency]:
    try:
        check()
    except (InvalidInputError, ConflictError) as error:
        yield Inconsistency(InconsistentPart.ROLE, _ROLES, role, error.message)
