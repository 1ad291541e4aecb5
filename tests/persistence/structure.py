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

WOVEN = """
CREATE SCHEMA beside;
CREATE SEQUENCE counter;
CREATE TYPE mood AS ENUM ('sad');
CREATE TYPE beside.pair AS (a integer, b integer);
CREATE DOMAIN d AS integer;
CREATE FUNCTION made() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'x' $$;
CREATE FUNCTION folded(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
CREATE FUNCTION added(integer, text) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE OPERATOR +> (FUNCTION = added, LEFTARG = integer, RIGHTARG = text);
CREATE COLLATION plain (LOCALE = 'C');
CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);
CREATE TABLE far (id integer PRIMARY KEY, code integer UNIQUE);
CREATE TABLE near (
    id integer PRIMARY KEY DEFAULT nextval('counter'), far_code integer REFERENCES far (code), label text DEFAULT made(),
    it mood, n d, pairs beside.pair[], worth integer DEFAULT 1 +> 'a');
CREATE INDEX near_folded ON near (folded(label));
CREATE INDEX near_plain ON near (label COLLATE plain);
CREATE INDEX near_words ON near USING gin (to_tsvector('words', label));
CREATE TABLE lone (id integer);
CREATE VIEW shown AS SELECT id, label || '' AS label FROM near;
CREATE VIEW counted AS SELECT count(*) FROM near;
"""
"""A structure in which much is named in other places than its own."""
WOVEN_CHANGES = (
    "ALTER TABLE far RENAME TO remote",
    "ALTER TABLE far RENAME COLUMN code TO number",
    "ALTER TABLE far SET SCHEMA beside",
    "ALTER TABLE far RENAME CONSTRAINT far_code_key TO other_key",
    "ALTER SEQUENCE counter RENAME TO numbers",
    "ALTER SEQUENCE counter SET SCHEMA beside",
    "ALTER FUNCTION made() RENAME TO produced",
    "ALTER FUNCTION made() SET SCHEMA beside",
    "ALTER FUNCTION folded(text) RENAME TO lowered",
    "ALTER OPERATOR +> (integer, text) SET SCHEMA beside",
    "ALTER COLLATION plain RENAME TO bare",
    "ALTER TEXT SEARCH CONFIGURATION words RENAME TO terms",
    "ALTER TYPE mood RENAME TO temper",
    "ALTER TYPE mood ADD VALUE 'happy'",
    "ALTER DOMAIN d RENAME TO e",
    "ALTER DOMAIN d SET SCHEMA beside",
    "ALTER TYPE beside.pair RENAME TO couple",
    "ALTER SCHEMA beside RENAME TO aside",
    "ALTER INDEX near_folded RENAME TO other",
    "ALTER TABLE near ADD COLUMN more integer, DROP COLUMN n",
    "ALTER TABLE near ALTER label SET DEFAULT 'y', ALTER far_code SET NOT NULL",
    "ALTER TABLE near ADD CHECK (id > 0), ADD UNIQUE (label)",
    "ALTER TABLE near DROP CONSTRAINT near_far_code_fkey",
    "COMMENT ON COLUMN near.label IS 'about'",
    "COMMENT ON TABLE near IS 'about'",
    "ALTER TABLE near RENAME COLUMN label TO title",
    "ALTER TABLE lone DROP COLUMN id",
    "ALTER TABLE lone ADD COLUMN other integer; ALTER TABLE lone DROP COLUMN id",
    "DROP TABLE lone; CREATE TABLE lone (id integer)",
    "DROP TABLE near CASCADE",
    "CREATE OR REPLACE RULE put AS ON INSERT TO counted DO INSTEAD NOTHING",
    """CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER put INSTEAD OF INSERT ON counted FOR EACH ROW EXECUTE FUNCTION put()""",
    "CREATE TABLE made_later (id integer REFERENCES far)",
    "BEGIN; ALTER TABLE near ADD a integer; SAVEPOINT s; ALTER TABLE near ADD b integer; ROLLBACK TO s; COMMIT",
)
"""Commands after which documents of tables differ that the commands do not mention, and some others."""


async def execute(url: str, script: str) -> None:
    """Run a script as an operator would, in the schema `public`."""
    connection = await asyncpg.connect(url, server_settings={"search_path": "public"})
    try:
        await connection.execute(script)
    finally:
        await connection.close()


async def oid_of(url: str, name: str) -> int:
    """The OID of a relation of the schema `public`."""
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("SELECT $1::text::regclass::oid::bigint", f"public.{name}"))
    finally:
        await connection.close()
