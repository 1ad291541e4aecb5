"""The instance, the notice of changed structures, the refusal of too many rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "7c1f0a4be2d9"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

# A UUIDv7 (RFC 9562): 48 bits of milliseconds laid over a random UUIDv4, whose version 0100 becomes 0111.
# PostgreSQL has a function of its own from version 18 on.
UUID_V7 = """encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    PLACING substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
    52, 1), 53, 1), 'hex')::uuid"""

# Called by generated statements where a list is longer than allowed. Volatile, so that no plan is made by calling it.
REFUSE_ROWS = """
CREATE FUNCTION selfgraph.refuse_rows(cap integer) RETURNS json
LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'SG001', MESSAGE = pg_catalog.format('more than %s rows', cap);
END
$$
"""

# Tells listeners that the user's structures changed. It runs inside the user's own command, which must never fail
# for it; temporary objects, the platform's schema and mere refreshes are no news.
NOTIFY_CATALOG_CHANGE = """
CREATE FUNCTION selfgraph.notify_catalog_change() RETURNS event_trigger
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

# Event triggers need a superuser, or what a hosted database allows instead. Without them the server polls.
EVENT_TRIGGERS = """
DO $$
BEGIN
    CREATE EVENT TRIGGER selfgraph_ddl_end ON ddl_command_end
        EXECUTE FUNCTION selfgraph.notify_catalog_change();
    CREATE EVENT TRIGGER selfgraph_drop ON sql_drop
        EXECUTE FUNCTION selfgraph.notify_catalog_change();
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END
$$
"""

# A role called as the platform's schema would otherwise make its tables there: "$user" is first in the usual path.
LEAVE_PLATFORM_SCHEMA = """
DO $$
BEGIN
    IF current_user = 'selfgraph' AND NOT EXISTS (
        SELECT FROM pg_db_role_setting, unnest(setconfig) AS setting
        WHERE setting LIKE 'search_path=%'
          AND setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = current_user))
          AND setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
    ) THEN
        EXECUTE format('ALTER ROLE selfgraph IN DATABASE %I SET search_path = public', current_database());
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END
$$
"""


def upgrade() -> None:
    op.create_table(
        "instance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("singleton", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("initialized_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("singleton", name=op.f("ck_instance_singleton")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance")),
        sa.UniqueConstraint("singleton", name=op.f("uq_instance_singleton")),
        schema="selfgraph",
    )
    op.execute(f"INSERT INTO selfgraph.instance (id) VALUES ({UUID_V7})")  # noqa: S608 - a constant
    op.execute(REFUSE_ROWS)
    op.execute(NOTIFY_CATALOG_CHANGE)
    op.execute(EVENT_TRIGGERS)
    op.execute(LEAVE_PLATFORM_SCHEMA)


def downgrade() -> None:
    op.execute("DROP EVENT TRIGGER IF EXISTS selfgraph_drop")
    op.execute("DROP EVENT TRIGGER IF EXISTS selfgraph_ddl_end")
    op.execute("DROP FUNCTION selfgraph.notify_catalog_change()")
    op.execute("DROP FUNCTION selfgraph.refuse_rows(integer)")
    op.drop_table("instance", schema="selfgraph")
