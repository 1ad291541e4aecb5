"""Setups: their SQL run as it is, their calls gathered; and the tables put back as they were between files."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from tests.conformance.calls import Metadata
from tests.conformance.cases import load

if TYPE_CHECKING:
    from pathlib import Path

    import asyncpg

# Some setups make tables of PostGIS beside those that their cases read. Its types are texts here, which is enough for
# the scripts to run through; no case that is run reads such a column.
_STAND_IN = """
CREATE SCHEMA stand_in;
SET search_path = public, stand_in;
SET check_function_bodies = off;
CREATE SCHEMA hge_tests;
CREATE DOMAIN stand_in.geometry AS text;
CREATE DOMAIN stand_in.geography AS text;
CREATE FUNCTION stand_in.postgis_lib_version() RETURNS text LANGUAGE sql AS $$ SELECT '0' $$;
CREATE FUNCTION stand_in.st_geomfromewkt(text) RETURNS text LANGUAGE sql AS $$ SELECT $1 $$;
CREATE FUNCTION stand_in.st_geomfromtext(text, int) RETURNS text LANGUAGE sql AS $$ SELECT $1 $$;
"""
_POSTGIS = re.compile(r"CREATE EXTENSION (IF NOT EXISTS )?postgis\w*;", re.IGNORECASE)
_MODIFIED = re.compile(r"\b(geometry|geography)\s*\([^)]*\)", re.IGNORECASE)
_XML = re.compile(r"(?<=_xml )xml\b")  # PostgreSQL may be built without it

_TABLES = """
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, quote_ident('saved_' || c.oid) AS copy
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname IN ('public', 'hge_tests')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""
_SEQUENCES = """
SELECT format('%I.%I', schemaname, sequencename) AS name, last_value, start_value
FROM pg_sequences WHERE schemaname IN ('public', 'hge_tests')
"""
_WRITABLE = """
SELECT coalesce(string_agg(quote_ident(attname), ', '), '')
FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


async def prepare(connection: asyncpg.Connection[Any]) -> None:
    """Make a new database ready for setups; of this connection the search path stays."""
    await connection.execute(_STAND_IN)


class Setup:
    """Runs setups of one folder in its database."""

    def __init__(self, connection: asyncpg.Connection[Any]) -> None:
        self._connection = connection
        self.metadata = Metadata()
        self._saved: list[tuple[str, str]] = []
        self._sequences: list[tuple[str, int, bool]] = []

    async def run(self, files: list[Path]) -> None:
        for file in files:
            await self._call(load(file))

    async def _call(self, call: Any) -> None:
        match call["type"]:
            case "bulk":
                for each in call["args"]:
                    await self._call(each)
            case "run_sql":
                script = _POSTGIS.sub("", call["args"]["sql"])
                await self._connection.execute(_XML.sub("text", _MODIFIED.sub(r"\1", script)))
            case "insert":
                await self._insert(call["args"]["table"], call["args"]["objects"])
            case kind:
                self.metadata.call(kind, call["args"])

    async def _insert(self, table: Any, objects: list[dict[str, Any]]) -> None:
        name = table if isinstance(table, str) else table["name"]
        for row in objects:
            columns = ", ".join(f'"{column}"' for column in row)
            query = f'INSERT INTO "{name}" ({columns}) SELECT {columns} FROM json_populate_record(NULL::"{name}", $1)'
            await self._connection.execute(query, json.dumps(row))

    async def save(self) -> None:
        """Keep what the tables hold now."""
        for table in await self._connection.fetch(_TABLES):
            await self._connection.execute(f"CREATE TABLE stand_in.{table['copy']} AS TABLE {table['name']}")
            self._saved.append((table["name"], f"stand_in.{table['copy']}"))
        self._sequences = [
            (each["name"], each["last_value"] or each["start_value"], each["last_value"] is not None)
            for each in await self._connection.fetch(_SEQUENCES)
        ]

    async def restore(self) -> None:
        """Put back what was kept, sequences too: expected answers name the numbers that they give."""
        if self._saved:
            names = ", ".join(name for name, _ in self._saved)
            await self._connection.execute(f"TRUNCATE {names} CASCADE; SET session_replication_role = replica")
        for name, copy in self._saved:
            columns = await self._connection.fetchval(_WRITABLE, name)
            query = f"INSERT INTO {name} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {copy}"
            await self._connection.execute(query)
        await self._connection.execute("SET session_replication_role = origin")
        for name, value, called in self._sequences:
            await self._connection.execute("SELECT setval($1::text::regclass, $2, $3)", name, value, called)
