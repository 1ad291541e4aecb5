"""Reads the catalog of the connected database."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import orjson

from domain.tables.catalog import (
    Catalog,
    Column,
    DataType,
    ForeignKey,
    Function,
    FunctionArgument,
    Index,
    Key,
    Table,
    TableKind,
    TableName,
    TypeKind,
    Volatility,
)
from persistence.catalog_query import CATALOG_QUERY, FINGERPRINT_QUERY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from persistence.database import Database

# The bits of `pg_relation_is_updatable`, which are those of PostgreSQL's CmdType.
_UPDATE: Final = 1 << 2
_INSERT: Final = 1 << 3
_DELETE: Final = 1 << 4


class CatalogReader:
    """Introspects the exposed schemas of one database."""

    def __init__(self, database: Database, schemas: Sequence[str]) -> None:
        self._database = database
        self._schemas = list(dict.fromkeys(schemas))

    async def read(self) -> str:
        """The catalog as the JSON document that `parse_catalog` takes; parsing is left to a thread of the caller's."""
        return str(await self._database.fetch_value(CATALOG_QUERY, [self._schemas]))

    async def fingerprint(self) -> str:
        """A short text that changes whenever the catalog may have changed; far cheaper than `read`."""
        return str(await self._database.fetch_value(FINGERPRINT_QUERY, [self._schemas]))


def parse_catalog(document: str) -> Catalog:
    """Turn the answer of the introspection query into a catalog; its version is the SHA-256 of the answer."""
    content = orjson.loads(document)
    types = _Types(content["types"] or {})
    return Catalog(
        version=hashlib.sha256(document.encode()).hexdigest(),
        tables=tuple(_table(table, types) for table in content["tables"] or ()),
        functions=tuple(_function(function, types) for function in content["functions"] or ()),
    )


class _Types:
    """The types of the answer by their oid, each made once."""

    def __init__(self, documents: Mapping[str, dict[str, Any]]) -> None:
        self._documents = documents
        self._made: dict[int, DataType] = {}

    def get(self, oid: int) -> DataType:
        if oid not in self._made:
            document = self._documents[str(oid)]
            base, element = document["base"], document["element"]
            self._made[oid] = DataType(
                schema=document["schema"],
                name=document["name"],
                kind=TypeKind(document["kind"]),
                base=self.get(base).bare if base else None,
                element=self.get(element) if element else None,
                labels=tuple(document["labels"] or ()),
            )
        return self._made[oid]

    def relation(self, oid: int) -> TableName | None:
        relation = self._documents[str(oid)]["relation"]
        return TableName(*relation) if relation else None


def _table(document: dict[str, Any], types: _Types) -> Table:
    return Table(
        name=TableName(*document["name"]),
        kind=TableKind(document["kind"]),
        columns=tuple(_column(column, types) for column in document["columns"]),
        comment=document["comment"],
        primary_key=_key(document["primary_key"]) if document["primary_key"] else None,
        unique_keys=tuple(_key(key) for key in document["unique_keys"] or ()),
        foreign_keys=tuple(_foreign_key(key) for key in document["foreign_keys"] or ()),
        indexes=tuple(Index(**index) for index in document["indexes"] or ()),
        rules=tuple(_key(key) for name in ("rules", "unique_indexes") for key in document[name] or ()),
        insertable=bool(document["changes"] & _INSERT),
        updatable=bool(document["changes"] & _UPDATE),
        deletable=bool(document["changes"] & _DELETE),
    )


def _column(document: dict[str, Any], types: _Types) -> Column:
    return Column(type=types.get(document.pop("type")), **document)


def _key(document: dict[str, Any]) -> Key:
    return Key(document["name"], tuple(document["columns"] or ()), document.get("deferrable", False))


def _foreign_key(document: dict[str, Any]) -> ForeignKey:
    return ForeignKey(
        name=document["name"],
        columns=tuple(document["columns"]),
        referenced=TableName(*document["referenced"]),
        referenced_columns=tuple(document["referenced_columns"]),
        validated=document["validated"],
    )


def _function(document: dict[str, Any], types: _Types) -> Function:
    return Function(
        name=TableName(*document["name"]),
        arguments=tuple(
            FunctionArgument(argument["name"], types.get(argument["type"]), argument["has_default"])
            for argument in document["arguments"] or ()
        ),
        returns=types.get(document["returns"]),
        returns_table=types.relation(document["returns"]),
        returns_set=document["returns_set"],
        volatility=Volatility(document["volatility"]),
        comment=document["comment"],
    )
