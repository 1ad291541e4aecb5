"""Notices of changed structures name the tables that changed, so that these alone are read anew."""

from __future__ import annotations

from alembic import op

revision: str = "d60f3b8a17c5"
down_revision: str | None = "8c41d7e09b35"
branch_labels: str | None = None
depends_on: str | None = None

# The payload is the OIDs of tables and indexes, as long as a notice may be, if the command changed nothing else; and
# empty if it did, or if anything was dropped. It runs inside the user's own command, which must never fail for it.
NAME_TABLES = """
CREATE OR REPLACE FUNCTION selfgraph.notify_catalog_change() RETURNS event_trigger
LANGUAGE plpgsql AS $$
DECLARE
    changes bigint;
    relations text;
BEGIN
    IF tg_tag OPERATOR(pg_catalog.=) 'REFRESH MATERIALIZED VIEW' THEN
        RETURN;
    ELSIF tg_event OPERATOR(pg_catalog.=) 'sql_drop' THEN
        SELECT pg_catalog.count(*) INTO changes
        FROM pg_catalog.pg_event_trigger_dropped_objects() AS dropped
        WHERE NOT dropped.is_temporary
          AND (dropped.schema_name IS NULL OR dropped.schema_name OPERATOR(pg_catalog.<>) 'selfgraph');
    ELSE
        SELECT pg_catalog.count(*), CASE
            WHEN pg_catalog.bool_and(
                command.classid IS NOT NULL
                AND command.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid)
            THEN pg_catalog.string_agg(DISTINCT command.objid::pg_catalog.text, ',') END
        INTO changes, relations
        FROM pg_catalog.pg_event_trigger_ddl_commands() AS command
        WHERE command.schema_name IS NULL
           OR command.schema_name OPERATOR(pg_catalog.<>) ALL (ARRAY['selfgraph', 'pg_temp']);
    END IF;
    IF changes OPERATOR(pg_catalog.>) 0 THEN
        PERFORM pg_catalog.pg_notify('selfgraph_catalog', CASE
            WHEN relations IS NOT NULL AND pg_catalog.length(relations) OPERATOR(pg_catalog.<) 7900 THEN relations
            ELSE '' END);
    END IF;
EXCEPTION WHEN OTHERS THEN
    NULL;
END
$$
"""
NAME_METADATA = """
CREATE OR REPLACE FUNCTION selfgraph.note_metadata_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE selfgraph.metadata_version SET version = pg_catalog.gen_random_uuid();
    PERFORM pg_catalog.pg_notify('selfgraph_catalog', 'metadata');
    RETURN NULL;
END
$$
"""
NAME_NOTHING = """
CREATE OR REPLACE FUNCTION selfgraph.notify_catalog_change() RETURNS event_trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF tg_tag OPERATOR(pg_catalog.=) 'REFRESH MATERIALIZED VIEW' THEN
        RETURN;
    ELSIF tg_event OPERATOR(pg_catalog.=) 'sql_drop' THEN
        PERFORM FROM pg_catalog.pg_event_trigger_dropped_objects() AS dropped
        WHERE NOT dropped.is_temporary
          AND (dropped.schema_name IS NULL OR dropped.schema_name OPERATOR(pg_catalog.<>) 'selfgraph');
    ELSE
        PERFORM FROM pg_catalog.pg_event_trigger_ddl_commands() AS command
        WHERE command.schema_name IS NULL
           OR command.schema_name OPERATOR(pg_catalog.<>) ALL (ARRAY['selfgraph', 'pg_temp']);
    END IF;
    IF FOUND THEN
        PERFORM pg_catalog.pg_notify('selfgraph_catalog', '');
    END IF;
EXCEPTION WHEN OTHERS THEN
    NULL;
END
$$
"""
NAME_NO_METADATA = NAME_METADATA.replace("'metadata'", "''")


def upgrade() -> None:
    op.execute(NAME_TABLES)
    op.execute(NAME_METADATA)


def downgrade() -> None:
    op.execute(NAME_NO_METADATA)
    op.execute(NAME_NOTHING)
