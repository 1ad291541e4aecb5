"""Rules on files: boolean expressions of the table API over what a file is.

```json
{"_or": [{"owner_id": "X-User-Id"}, {"top_folder": {"_eq": "X-User-Id"}}, {"content_type": {"_like": "image/%"}}]}
```
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from domain.identifiers import new_id
from domain.tables.catalog import Column, DataType, Key, Table, TableKind, TableName, TypeKind
from domain.tables.rules import read_rule

if TYPE_CHECKING:
    from uuid import UUID

    from domain.storage.reach import Action
    from domain.tables.metadata import Rule
    from domain.tables.model import Model
    from domain.tables.plan import Predicate


def _column(name: str, type_: str, *, nullable: bool = False) -> Column:
    return Column(name, DataType("pg_catalog", type_, TypeKind.BASE), type_, nullable)


FILES: Final = Table(
    name=TableName("selfgraph", "files"),
    kind=TableKind.TABLE,
    columns=(
        _column("id", "uuid"),
        _column("bucket_id", "uuid"),
        _column("path", "text"),
        _column("top_folder", "text"),
        _column("size", "int8"),
        _column("content_type", "text"),
        _column("metadata", "jsonb"),
        _column("version", "int4"),
        _column("owner_id", "uuid", nullable=True),
        _column("created_at", "timestamptz"),
        _column("updated_at", "timestamptz"),
    ),
    primary_key=Key("pk_files", ("id",)),
)
"""A file as rules see it."""


@dataclass(frozen=True, slots=True)
class FileRule:
    """Which files a role may do something with.

    Attributes:
        bucket_id: in this bucket alone; None: in every one.
        bucket: its name.
        rule: the expression; `{}` is every file.
        id: of the row that keeps it; rules are listed in the order of their ids.
    """

    bucket_id: UUID | None
    bucket: str | None
    role: str
    action: Action
    rule: Rule
    id: UUID = field(default_factory=new_id)


def read_file_rule(rule: Rule, model: Model) -> Predicate:
    """What a rule asks of a file; `_exists` in it is about the tables of the model.

    Raises:
        InvalidRuleError: it does not fit, or is too large.
    """
    return read_rule(rule, FILES, model)
