"""Metadata beside the database that they are about, and what of them does not fit."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from domain.metadata.permissions import permission_problems
from domain.tables.inconsistencies import Inconsistency, InconsistentPart
from domain.tables.model import build_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from domain.metadata.ports import Stored
    from domain.tables.catalog import Catalog
    from domain.tables.enums import EnumRows
    from domain.tables.metadata import Metadata, Permission
    from domain.tables.model import Model

    NameMisfits: TypeAlias = Callable[[Model], Iterable[Inconsistency]]


def no_misfits(_: Model) -> tuple[Inconsistency, ...]:
    """Every name is free."""
    return ()


@dataclass(frozen=True)
class Situation:
    """What is said, about which database.

    Attributes:
        metadata: what is said.
        roles: the names of the roles there are.
        catalog: everything that the database holds.
        model: what is served of it.
        name_misfits: tells of GraphQL names that cannot be given.
    """

    metadata: Metadata
    roles: frozenset[str]
    catalog: Catalog
    model: Model
    name_misfits: NameMisfits = field(repr=False)

    @property
    def misfits(self) -> tuple[Inconsistency, ...]:
        """What does not fit."""
        return (*self.own_misfits, *self.permission_misfits)

    @cached_property
    def own_misfits(self) -> tuple[Inconsistency, ...]:
        """What does not fit of tables, names, relationships and functions."""
        found = (each for each in self.model.inconsistencies if each.part is not InconsistentPart.PERMISSION)
        return (*found, *self.name_misfits(self.model))

    @cached_property
    def permission_misfits(self) -> tuple[Inconsistency, ...]:
        """The permissions that do not fit; found out when they are first asked for, since every rule is read."""
        found = self.metadata.permissions
        return tuple(each for permission in found for each in _misfits(permission, self.model, self.roles))

    def reads_rules_as(self, other: Situation) -> bool:
        """Whether every rule means the same in the other situation, and the permissions are the same."""
        mine, its = self.model, other.model
        return (
            self.metadata.permissions == other.metadata.permissions
            and mine.catalog.tables == its.catalog.tables
            and mine.relationships == its.relationships
            and mine.functions.computed == its.functions.computed
        )

    def with_permissions(self, permissions: tuple[Permission, ...]) -> Situation:
        """The same with other permissions, on which nothing that is served stands."""
        metadata = replace(self.metadata, permissions=permissions)
        return replace(self, metadata=metadata, model=replace(self.model, metadata=metadata))


def situation_of(
    stored: Stored, catalog: Catalog, name_misfits: NameMisfits = no_misfits, rows: EnumRows | None = None
) -> Situation:
    """Put metadata and the database together; without `rows`, the values of enums are not looked at."""
    model = build_model(catalog, stored.metadata, rows)
    return Situation(stored.metadata, stored.roles, catalog, model, name_misfits)


def _misfits(permission: Permission, model: Model, roles: frozenset[str]) -> Iterable[Inconsistency]:
    for problem in permission_problems(permission, model, roles):
        yield Inconsistency(
            InconsistentPart.PERMISSION, permission.table, permission_name(permission), problem.placed_message()
        )


def permission_name(permission: Permission) -> str:
    """What a permission is called among those of its table, such as `user: select`."""
    return f"{permission.role}: {permission.action}"
