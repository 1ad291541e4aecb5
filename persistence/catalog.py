"""Reads the catalog of the connected database."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, replace
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
from persistence.catalog_query import ALTERED_QUERY, CATALOG_QUERY, FINGERPRINT_QUERY, SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import asyncpg

    from persistence.database import Database

# The bits of `pg_relation_is_updatable`, which are those of PostgreSQL's CmdType.
_UPDATE: Final = 1 << 2
_INSERT: Final = 1 << 3
_DELETE: Final = 1 << 4


class CatalogReader:
    """Introspects the exposed schemas of one database.

    It asks only for what it does not know from the time before.
    """

    def __init__(self, database: Database, schemas: Sequence[str]) -> None:
        self._database = database
        self._schemas = list(dict.fromkeys(schemas))
        self._known = _Known("", "", "", {})

    async def read(self, altered: Collection[int] | None = None) -> tuple[str, ...]:
        """The catalog as documents: the types, the functions and one of each table, for `parse_catalog`.

        That of a table which is as it was is the same object again. Parsing is left to a thread of the caller's.

        Args:
            altered: the OIDs of the tables and indexes that commands have changed since the last time that something
                was read, if no command has changed anything else. Without it everything is looked at.
        """
        known = None
        if altered is not None and self._known.surroundings:
            known = await self._read_altered(altered)
        self._known = known = known or await self._read_all()
        return known.types, known.functions, *(document for _, document in known.tables.values())

    async def fingerprint(self) -> str:
        """A short text that changes whenever the catalog may have changed; far cheaper than `read`."""
        return str(await self._database.fetch_value(FINGERPRINT_QUERY, [self._schemas]))

    async def _read_all(self) -> _Known:
        known = self._known
        surroundings, signatures, made, types, functions = await self._ask(CATALOG_QUERY)
        # All documents are some megabytes.
        found = await asyncio.to_thread(_by_signature, made)
        if surroundings == known.surroundings:
            found = dict(known.tables.values()) | found
        # A table without a column has a signature and no document.
        tables = {_oid(each): (each, found[each]) for each in signatures.splitlines() if each in found}
        return _Known(surroundings, types, functions, tables)

    async def _read_altered(self, altered: Collection[int]) -> _Known | None:
        """What is known, with the tables read anew that are named; None if more than these may have changed."""
        known = self._known
        if not altered:
            return known
        surroundings, signatures, made, others = await self._ask(ALTERED_QUERY, list(altered))
        gone = {str(oid) for oid in altered}.difference(map(_oid, signatures.splitlines()))
        if others or surroundings != known.surroundings or not gone.isdisjoint(known.tables):
            return None
        return await asyncio.to_thread(known.renewed, _by_signature(made))

    async def _ask(self, query: str, *further: object) -> asyncpg.Record:
        known = self._known
        signatures = "\n".join(signature for signature, _ in known.tables.values())
        row = await self._database.fetch_row(query, [self._schemas, signatures, known.surroundings, *further])
        if row is None:
            raise AssertionError("the query answers one row, whatever there is")
        return row


@dataclass(frozen=True, slots=True)
class _Known:
    """What a reader has read: signature and document of each table by its OID, and the surroundings they hold in."""

    surroundings: str
    types: str
    functions: str
    tables: Mapping[str, tuple[str, str]]

    def renewed(self, made: Mapping[str, str]) -> _Known | None:
        """The same with other documents of its tables, by their signatures; None if with them other types are used."""
        types, tables = orjson.loads(self.types).keys(), dict(self.tables)
        for signature, document in made.items():
            oid = _oid(signature)
            if oid not in tables or not _types_of(tables[oid][1]) <= _types_of(document) <= types:
                return None
            tables[oid] = (signature, document)
        return replace(self, tables=tables)


def _by_signature(made: str) -> dict[str, str]:
    """The documents by the signatures, which are in the first line of each."""
    parts = (document.partition("\n") for document in made.split(SEPARATOR) if document)
    return {signature: content for signature, _, content in parts}


def _oid(signature: str) -> str:
    """The OID of a table, with which its signature begins."""
    return signature.partition(":")[0]


def _types_of(document: str) -> set[str]:
    """The OIDs of the types of a table's columns."""
    return {str(column["type"]) for column in orjson.loads(document)["columns"]}


def parse_catalog(documents: Sequence[str]) -> Catalog:
    """Turn the answer of the introspection query into a catalog; its version is a SHA-256 over all of it."""
    return CatalogParser()(documents)


class CatalogParser:
    """Parses answers of the introspection query, one after the other.

    A table that is as it was in the last one is the same object again, which also costs a fraction of the time.
    """

    def __init__(self) -> None:
        self._last = _Answer("", _Types({}), {})

    def __call__(self, documents: Sequence[str]) -> Catalog:
        """The catalog of an answer; its version is a SHA-256 over all of it."""
        types_text, functions, *tables = documents
        # Taken and put back in one piece: a build that nobody waits for any more may still be parsing in its thread.
        last = self._last
        if types_text != last.types_text:
            last = _Answer(types_text, _Types(orjson.loads(types_text)), {})
        types = last.types
        parsed = {text: last.tables.get(text) or _parse(text, types) for text in tables}
        self._last = _Answer(types_text, types, parsed)
        parts = (_digest(types_text), _digest(functions), *(each.digest for each in parsed.values()))
        return Catalog(
            version=hashlib.sha256(b"".join(parts)).hexdigest(),
            tables=tuple(each.table for each in parsed.values()),
            functions=tuple(_function(function, types) for function in orjson.loads(functions)),
        )


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A table and the hash of the document that it was read from."""

    table: Table
    digest: bytes


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer that has been parsed: its types, and the tables by their documents."""

    types_text: str
    types: _Types
    tables: Mapping[str, _Parsed]


def _parse(text: str, types: _Types) -> _Parsed:
    return _Parsed(_table(orjson.loads(text), types), _digest(text))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


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
                subtype=self.get(document["subtype"]) if document["subtype"] else None,
                sortable=document["sortable"],
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
            FunctionArgument(
                argument["name"],
                types.get(argument["type"]),
                argument["has_default"],
                types.relation(argument["type"]),
            )
            for argument in document["arguments"] or ()
        ),
        returns=types.get(document["returns"]),
        returns_table=types.relation(document["returns"]),
        returns_set=document["returns_set"],
        volatility=Volatility(document["volatility"]),
        comment=document["comment"],
        variadic=document["variadic"],
        overloaded=document["overloaded"],
    )
