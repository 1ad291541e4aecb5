"""What an installation says and the database does not bear out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.tables.catalog import TableName


class InconsistentPart(StrEnum):
    """What of the metadata does not fit."""

    TABLE = "table"
    COLUMN = "column"
    NAME = "name"
    ENUM = "enum"
    RELATIONSHIP = "relationship"
    COMPUTED_FIELD = "computed_field"
    FUNCTION = "function"
    PERMISSION = "permission"
    ROLE = "role"
    BUCKET = "bucket"
    FILE_RULE = "file_rule"


@dataclass(frozen=True, slots=True, order=True)
class Inconsistency:
    """One part of the metadata that is left out, because it does not fit what the database holds.

    Attributes:
        part: what it is.
        where: the table or function that it is about.
        name: which of that table's parts: a relationship, a column, a role and what it may; empty: the table itself.
        why: what is wrong, for people.
    """

    part: InconsistentPart
    where: TableName
    name: str
    why: str
