"""Making relationships by hand, renaming, hiding and dropping them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.metadata.changing import Note
from domain.metadata.definitions import part_name_problems, relationship_problems
from domain.metadata.editing_tables import settings_of, with_settings
from domain.metadata.problems import refuse
from domain.tables.inconsistencies import InconsistentPart
from domain.tables.metadata import ByForeignKey, RelationshipDefinition, RelationshipKind
from domain.text import plain_text

if TYPE_CHECKING:
    from domain.metadata.problems import Path
    from domain.metadata.situation import Situation
    from domain.tables.catalog import TableName
    from domain.tables.inconsistencies import Inconsistency
    from domain.tables.metadata import Metadata
    from domain.tables.relationships import Relationship

_OF_RELATIONSHIPS: Final = frozenset((InconsistentPart.RELATIONSHIP, InconsistentPart.NAME))


@dataclass(frozen=True, slots=True)
class CreateRelationship:
    """Makes a relationship by hand, or names that of a foreign key."""

    definition: RelationshipDefinition
    cascade: bool = False

    def apply(self, before: Situation) -> Metadata:
        """With the relationship.

        Raises:
            InvalidInputError: it makes no sense by itself.
            ConflictError: the table has one by hand of this name.
        """
        new = self.definition
        refuse(relationship_problems(new))
        if _find(before, new.table, new.name) is not None:
            raise ConflictError(f"{new.table} has a relationship {new.name} by hand already; drop it first.")
        comment = plain_text(new.comment or "", "comment", len(new.comment or ""))
        return replace(before.metadata, relationships=(*before.metadata.relationships, replace(new, comment=comment)))

    def place(self, misfit: Inconsistency) -> Path | None:
        """What is wrong with the relationship."""
        return ("input",) if _is_of(misfit, self.definition.table, self.definition.name) else None

    def note(self) -> Note:
        """Which."""
        new = self.definition
        details: dict[str, object] = {"name": new.name, "kind": new.kind.value}
        match new.using:
            case ByForeignKey(columns, referencing):
                details |= {"columns": list(columns), "referencing": str(referencing) if referencing else None}
            case using:
                details |= {"columns": [list(pair) for pair in using.columns], "target": str(using.target)}
        return Note("relationship.create", f"table:{new.table}", details)


@dataclass(frozen=True, slots=True)
class RenameRelationship:
    """Gives a relationship, by hand or of a foreign key, another name."""

    table: TableName
    name: str
    new_name: str
    cascade: bool = False

    def apply(self, before: Situation) -> Metadata:
        """With the relationship under the other name.

        Raises:
            NotFoundError: there is no such relationship.
            ConflictError: the table has one by hand of the new name.
            InvalidInputError: the new name is none, or the relationship leads over a table between.
        """
        for problem in part_name_problems(self.new_name):
            raise InvalidInputError(problem.message, ("newName",))
        if self.new_name == self.name:
            return before.metadata
        if _find(before, self.table, self.new_name) is not None:
            raise ConflictError(f"{self.table} has a relationship {self.new_name} already.")
        old = _find(before, self.table, self.name)
        if old is None:
            named = _named(_served(before, self.table, self.name), self.new_name)
            return replace(before.metadata, relationships=(*before.metadata.relationships, named))
        renamed = tuple(
            replace(each, name=self.new_name) if each is old else each for each in before.metadata.relationships
        )
        return replace(before.metadata, relationships=renamed)

    def place(self, misfit: Inconsistency) -> Path | None:
        """A name that is taken."""
        return ("newName",) if _is_of(misfit, self.table, self.new_name) else None

    def note(self) -> Note:
        """From which to which."""
        return Note("relationship.rename", f"table:{self.table}", {"name": self.name, "new_name": self.new_name})


@dataclass(frozen=True, slots=True)
class DropRelationship:
    """Takes a relationship by hand away, or hides one of a foreign key."""

    table: TableName
    name: str
    cascade: bool = False

    def apply(self, before: Situation) -> Metadata:
        """Without the relationship.

        Raises:
            NotFoundError: there is no such relationship.
        """
        old = _find(before, self.table, self.name)
        if old is not None:
            others = tuple(each for each in before.metadata.relationships if each is not old)
            return replace(before.metadata, relationships=others)
        _served(before, self.table, self.name)
        settings = settings_of(before, self.table)
        hidden = (*settings.hidden_relationships, self.name)
        return with_settings(before.metadata, replace(settings, hidden_relationships=hidden))

    def place(self, misfit: Inconsistency) -> Path | None:
        """What was dropped and is still said to be hidden."""
        return ("name",) if _is_of(misfit, self.table, self.name) else None

    def note(self) -> Note:
        """Which."""
        return Note("relationship.drop", f"table:{self.table}", {"name": self.name})


@dataclass(frozen=True, slots=True)
class RestoreRelationship:
    """Serves a relationship of a foreign key again that was dropped."""

    table: TableName
    name: str
    cascade: bool = False

    def apply(self, before: Situation) -> Metadata:
        """Without its being hidden.

        Raises:
            NotFoundError: no relationship of this name is hidden.
        """
        settings = settings_of(before, self.table)
        if self.name not in settings.hidden_relationships:
            raise NotFoundError(f"No relationship {self.name} of {self.table} has been dropped.")
        hidden = tuple(name for name in settings.hidden_relationships if name != self.name)
        return with_settings(before.metadata, replace(settings, hidden_relationships=hidden))

    def place(self, misfit: Inconsistency) -> Path | None:
        """A name that is taken by now."""
        return ("name",) if _is_of(misfit, self.table, self.name) else None

    def note(self) -> Note:
        """Which."""
        return Note("relationship.restore", f"table:{self.table}", {"name": self.name})


def _is_of(misfit: Inconsistency, table: TableName, name: str) -> bool:
    return misfit.part in _OF_RELATIONSHIPS and (misfit.where, misfit.name) == (table, name)


def _find(situation: Situation, table: TableName, name: str) -> RelationshipDefinition | None:
    for definition in situation.metadata.relationships:
        if (definition.table, definition.name) == (table, name):
            return definition
    return None


def _served(situation: Situation, table: TableName, name: str) -> Relationship:
    way = situation.model.relationships.get(table, {}).get(name)
    if way is None:
        raise NotFoundError(f"{table} has no relationship {name}.")
    return way


def _named(way: Relationship, name: str) -> RelationshipDefinition:
    """The relationship of a foreign key under another name."""
    if way.through is not None:
        raise InvalidInputError("A relationship over a table between has the name of the far table.", ("name",))
    kind = RelationshipKind.ARRAY if way.many else RelationshipKind.OBJECT
    columns = tuple(there if way.inverse else here for here, there in way.columns)
    using = ByForeignKey(columns, way.target if way.inverse else None)
    return RelationshipDefinition(way.source, name, kind, using)
