"""Serving functions as root fields and as computed fields, and saying who may call them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.metadata.changing import Note
from domain.metadata.definitions import computed_field_problems, function_problems
from domain.metadata.problems import refuse
from domain.tables.inconsistencies import InconsistentPart
from domain.tables.metadata import FunctionSettings
from domain.text import plain_text

if TYPE_CHECKING:
    from domain.metadata.problems import Path
    from domain.metadata.situation import Situation
    from domain.tables.catalog import TableName
    from domain.tables.inconsistencies import Inconsistency
    from domain.tables.metadata import ComputedFieldDefinition, Metadata


@dataclass(frozen=True, slots=True)
class AddComputedField:
    """Makes a function a field of the rows of a table."""

    definition: ComputedFieldDefinition
    cascade: bool = False

    def apply(self, before: Situation) -> Metadata:
        """With the field.

        Raises:
            InvalidInputError: it makes no sense by itself.
            ConflictError: the table has one of this name.
        """
        new = self.definition
        refuse(computed_field_problems(new))
        if _find(before, new.table, new.name) is not None:
            raise ConflictError(f"{new.table} has a computed field {new.name} already; drop it first.")
        comment = plain_text(new.comment or "", "comment", len(new.comment or ""))
        return replace(
            before.metadata, computed_fields=(*before.metadata.computed_fields, replace(new, comment=comment))
        )

    def place(self, misfit: Inconsistency) -> Path | None:
        """What is wrong with the field."""
        mine = (InconsistentPart.COMPUTED_FIELD, self.definition.table, self.definition.name)
        return ("input",) if (misfit.part, misfit.where, misfit.name) == mine else None

    def note(self) -> Note:
        """Which."""
        new = self.definition
        return Note("computed_field.add", f"table:{new.table}", {"name": new.name, "function": str(new.function)})


@dataclass(frozen=True, slots=True)
class DropComputedField:
    """Takes a computed field away that was added."""

    table: TableName
    name: str
    cascade: bool = False

    def apply(self, before: Situation) -> Metadata:
        """Without the field.

        Raises:
            NotFoundError: none of this name was added.
        """
        old = find_computed_field(before, self.table, self.name)
        others = tuple(each for each in before.metadata.computed_fields if each is not old)
        return replace(before.metadata, computed_fields=others)

    def place(self, misfit: Inconsistency) -> Path | None:  # noqa: ARG002 - the port's
        """What does not fit any more stands on the field, and was not given."""
        return None

    def note(self) -> Note:
        """Which."""
        return Note("computed_field.drop", f"table:{self.table}", {"name": self.name})


@dataclass(frozen=True, slots=True)
class TrackFunction:
    """Makes a function a root field, in the way that is said; who may call it stays."""

    settings: FunctionSettings
    cascade: bool = False

    def apply(self, before: Situation) -> Metadata:
        """With the function served.

        Raises:
            NotFoundError: the database has no such function.
            InvalidInputError: the settings make no sense.
        """
        old = settings_of_function(before, self.settings.function)
        refuse(function_problems(replace(self.settings, roles=frozenset()), before.roles))
        comment = plain_text(self.settings.comment or "", "comment", len(self.settings.comment or ""))
        return with_function(before.metadata, replace(self.settings, roles=old.roles, comment=comment))

    def place(self, misfit: Inconsistency) -> Path | None:
        """What is wrong with the function."""
        return ("input",) if _is_of(misfit, self.settings.function) else None

    def note(self) -> Note:
        """Which, and how."""
        given = self.settings
        details = {
            "exposed_as": given.exposed_as.value if given.exposed_as else None,
            "session_argument": given.session_argument,
            "custom_name": given.custom_name,
        }
        return Note("function.track", f"function:{given.function}", details)


@dataclass(frozen=True, slots=True)
class UntrackFunction:
    """Has a function be no root field; who may call it stays."""

    function: TableName
    cascade: bool = False

    def apply(self, before: Situation) -> Metadata:
        """Without the root field.

        Raises:
            NotFoundError: the database has no such function.
        """
        return with_function(before.metadata, replace(settings_of_function(before, self.function), tracked=False))

    def place(self, misfit: Inconsistency) -> Path | None:
        """What is wrong with the function."""
        return ("function",) if _is_of(misfit, self.function) else None

    def note(self) -> Note:
        """Which."""
        return Note("function.untrack", f"function:{self.function}", {})


@dataclass(frozen=True, slots=True)
class SetFunctionPermission:
    """Lets a role call a function, or not."""

    function: TableName
    role: str
    allowed: bool = True
    cascade: bool = False

    def apply(self, before: Situation) -> Metadata:
        """With the role among those that may call it, or without.

        Raises:
            NotFoundError: the database has no such function, or the role that is to go was not allowed.
            InvalidInputError: there is no such role, or it needs no permission.
        """
        old = settings_of_function(before, self.function)
        if not self.allowed and self.role not in old.roles:
            raise NotFoundError(f"The role {self.role} has no permission of its own to call {self.function}.")
        new = replace(old, roles=old.roles | {self.role} if self.allowed else old.roles - {self.role})
        if self.allowed:
            _refuse_role(replace(new, roles=frozenset((self.role,))), before)
        return with_function(before.metadata, new)

    def place(self, misfit: Inconsistency) -> Path | None:
        """What is wrong with the function."""
        return ("function",) if _is_of(misfit, self.function) else None

    def note(self) -> Note:
        """Whose."""
        action = "function_permission.set" if self.allowed else "function_permission.drop"
        return Note(action, f"function:{self.function}", {"role": self.role})


def _refuse_role(settings: FunctionSettings, before: Situation) -> None:
    for problem in function_problems(settings, before.roles):
        if problem.path == ("roles",):
            raise InvalidInputError(problem.message, ("role",))


def _is_of(misfit: Inconsistency, function: TableName) -> bool:
    return (misfit.part, misfit.where) == (InconsistentPart.FUNCTION, function)


def _find(situation: Situation, table: TableName, name: str) -> ComputedFieldDefinition | None:
    for definition in situation.metadata.computed_fields:
        if (definition.table, definition.name) == (table, name):
            return definition
    return None


def find_computed_field(situation: Situation, table: TableName, name: str) -> ComputedFieldDefinition:
    """A computed field that was added.

    Raises:
        NotFoundError: there is none of this name.
    """
    found = _find(situation, table, name)
    if found is None:
        raise NotFoundError(f"No computed field {name} was added to {table}.")
    return found


def settings_of_function(situation: Situation, function: TableName) -> FunctionSettings:
    """What is said about a function.

    Raises:
        NotFoundError: the database has no such function, and nothing is said about one.
    """
    if (said := situation.metadata.functions.get(function)) is not None:
        return said
    if all(each.name != function for each in situation.catalog.functions):
        raise NotFoundError(f"There is no function {function} in the schemas that are exposed.")
    return FunctionSettings(function)


def with_function(metadata: Metadata, settings: FunctionSettings) -> Metadata:
    """The metadata with other settings of a function."""
    return replace(metadata, functions={**metadata.functions, settings.function: settings})
