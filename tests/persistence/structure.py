"""A database structure, and a command of each kind that changes it."""

from __future__ import annotations

import asyncpg

STRUCTURE = """
CREATE TYPE mood AS ENUM ('sad');
CREATE DOMAIN d AS integer;
CREATE TABLE one (id integer PRIMARY KEY, it mood, n d, label text DEFAULT 'a');
CREATE TABLE two (id integer, one_id integer);
CREATE TABLE parted (id integer) PARTITION BY LIST (id);
CREATE TABLE part (id integer);
CREATE VIEW v AS SELECT id FROM one;
CREATE INDEX i ON one (label);
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
"""
CHANGES = (
    "CREATE TABLE three (id integer)",
    "DROP TABLE two",
    "ALTER TABLE one RENAME TO uno",
    "ALTER TABLE one ADD COLUMN more text",
    "ALTER TABLE one DROP COLUMN label",
    "ALTER TABLE one RENAME COLUMN label TO title",
    "ALTER TABLE one ALTER COLUMN label TYPE varchar(5)",
    "ALTER TABLE one ALTER COLUMN label SET NOT NULL",
    "ALTER TABLE one ALTER COLUMN label SET DEFAULT 'b'",
    "ALTER TABLE one ALTER COLUMN label DROP DEFAULT",
    "ALTER TABLE one DROP CONSTRAINT one_pkey",
    "ALTER TABLE two ADD PRIMARY KEY (id)",
    "ALTER TABLE two ADD UNIQUE (one_id)",
    "ALTER TABLE two ADD FOREIGN KEY (one_id) REFERENCES one",
    "ALTER TABLE parted ATTACH PARTITION part FOR VALUES IN (1)",
    "CREATE VIEW w AS SELECT 1 AS x",
    "CREATE OR REPLACE VIEW v AS SELECT id, label FROM one",
    "DROP VIEW v",
    "CREATE MATERIALIZED VIEW m AS SELECT 1 AS x",
    "CREATE INDEX j ON two (id)",
    "DROP INDEX i",
    "ALTER INDEX i RENAME TO k",
    "COMMENT ON TABLE one IS 'about'",
    "COMMENT ON COLUMN one.label IS 'about'",
    "ALTER TYPE mood ADD VALUE 'happy'",
    "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'",
    "ALTER TYPE mood RENAME TO temper",
    "ALTER DOMAIN d RENAME TO e",
    "CREATE SCHEMA other; ALTER TABLE two SET SCHEMA other",
    "CREATE FUNCTION g() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "DROP FUNCTION f",
    "ALTER FUNCTION f STABLE",
    "COMMENT ON FUNCTION f IS 'about'",
    "ALTER SCHEMA public RENAME TO private",
)


async def execute(url: str, script: str) -> None:
    """Run a script as an operator would, in the schema `public`."""
    connection = await asyncpg.connect(url, server_settings={"search_path": "public"})
    try:
        await connection.execute(script)
    finally:
        await connection.close()
