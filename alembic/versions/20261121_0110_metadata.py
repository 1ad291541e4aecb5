"""Metadata of tables: settings, relationships, computed fields, functions, permissions; and their notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "e7b04c6a91d3"
down_revision: str | None = "c41b7e9d20a6"
branch_labels: str | None = None
depends_on: str | None = None

# Every change is told on the channel of structures, since it makes another schema too, and gives the metadata another
# version, which is what is looked at where nothing can be listened to.
NOTE_METADATA_CHANGE = """
CREATE FUNCTION selfgraph.note_metadata_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE selfgraph.metadata_version SET version = pg_catalog.gen_random_uuid();
    PERFORM pg_catalog.pg_notify('selfgraph_catalog', '');
    RETURN NULL;
END
$$
"""
NOTED = (
    "table_settings",
    "table_relationships",
    "table_computed_fields",
    "function_settings",
    "function_roles",
    "table_permissions",
    "role_inheritance",
)


def upgrade() -> None:
    op.create_table(
        "metadata_version",
        sa.Column("singleton", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("version", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint("singleton", name=op.f("ck_metadata_version_singleton")),
        sa.PrimaryKeyConstraint("singleton", name=op.f("pk_metadata_version")),
        schema="selfgraph",
    )
    op.execute("INSERT INTO selfgraph.metadata_version DEFAULT VALUES")
    op.create_table(
        "table_settings",
        sa.Column("table_schema", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("tracked", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_enum", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("custom_name", sa.Text(), nullable=True),
        sa.Column("column_names", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("root_fields", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("hidden_relationships", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.CheckConstraint("jsonb_typeof(column_names) = 'object'", name=op.f("ck_table_settings_column_names")),
        sa.CheckConstraint("jsonb_typeof(root_fields) = 'object'", name=op.f("ck_table_settings_root_fields")),
        sa.PrimaryKeyConstraint("table_schema", "table_name", name=op.f("pk_table_settings")),
        schema="selfgraph",
    )
    op.create_table(
        "table_relationships",
        sa.Column("table_schema", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("columns", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("other_schema", sa.Text(), nullable=True),
        sa.Column("other_table", sa.Text(), nullable=True),
        sa.Column("other_columns", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("inserted_after", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('object', 'array')", name=op.f("ck_table_relationships_kind")),
        sa.CheckConstraint(
            "cardinality(other_columns) = cardinality(columns)", name=op.f("ck_table_relationships_pairs")
        ),
        sa.CheckConstraint("(other_schema IS NULL) = (other_table IS NULL)", name=op.f("ck_table_relationships_other")),
        sa.PrimaryKeyConstraint("table_schema", "table_name", "name", name=op.f("pk_table_relationships")),
        schema="selfgraph",
    )
    op.create_table(
        "table_computed_fields",
        sa.Column("table_schema", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("function_schema", sa.Text(), nullable=False),
        sa.Column("function_name", sa.Text(), nullable=False),
        sa.Column("table_argument", sa.Text(), nullable=True),
        sa.Column("session_argument", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("table_schema", "table_name", "name", name=op.f("pk_table_computed_fields")),
        schema="selfgraph",
    )
    op.create_table(
        "function_settings",
        sa.Column("function_schema", sa.Text(), nullable=False),
        sa.Column("function_name", sa.Text(), nullable=False),
        sa.Column("tracked", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("exposed_as", sa.Text(), nullable=True),
        sa.Column("session_argument", sa.Text(), nullable=True),
        sa.Column("custom_name", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.CheckConstraint("exposed_as IN ('query', 'mutation')", name=op.f("ck_function_settings_exposed_as")),
        sa.PrimaryKeyConstraint("function_schema", "function_name", name=op.f("pk_function_settings")),
        schema="selfgraph",
    )
    op.create_table(
        "function_roles",
        sa.Column("function_schema", sa.Text(), nullable=False),
        sa.Column("function_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["function_schema", "function_name"],
            ["selfgraph.function_settings.function_schema", "selfgraph.function_settings.function_name"],
            name=op.f("fk_function_roles_function_schema_function_name_function_settings"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["role"], ["selfgraph.roles.name"], name=op.f("fk_function_roles_role_roles")),
        sa.PrimaryKeyConstraint("function_schema", "function_name", "role", name=op.f("pk_function_roles")),
        schema="selfgraph",
    )
    op.create_index(op.f("ix_function_roles_role"), "function_roles", ["role"], unique=False, schema="selfgraph")
    op.create_table(
        "table_permissions",
        sa.Column("table_schema", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("columns", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=True),
        sa.Column("computed_fields", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("row_filter", postgresql.JSONB(), nullable=True),
        sa.Column("row_check", postgresql.JSONB(), nullable=True),
        sa.Column("presets", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("row_limit", sa.Integer(), nullable=True),
        sa.Column("allow_aggregations", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("backend_only", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "action IN ('select', 'insert', 'update', 'delete')", name=op.f("ck_table_permissions_action")
        ),
        sa.CheckConstraint("jsonb_typeof(row_filter) = 'object'", name=op.f("ck_table_permissions_row_filter")),
        sa.CheckConstraint("jsonb_typeof(row_check) = 'object'", name=op.f("ck_table_permissions_row_check")),
        sa.CheckConstraint("jsonb_typeof(presets) = 'object'", name=op.f("ck_table_permissions_presets")),
        sa.CheckConstraint("row_limit >= 0", name=op.f("ck_table_permissions_row_limit")),
        sa.ForeignKeyConstraint(["role"], ["selfgraph.roles.name"], name=op.f("fk_table_permissions_role_roles")),
        sa.PrimaryKeyConstraint("table_schema", "table_name", "role", "action", name=op.f("pk_table_permissions")),
        schema="selfgraph",
    )
    op.create_index(op.f("ix_table_permissions_role"), "table_permissions", ["role"], unique=False, schema="selfgraph")
    op.execute(NOTE_METADATA_CHANGE)
    for table in NOTED:
        op.execute(
            f"CREATE TRIGGER note_metadata_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON selfgraph.{table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION selfgraph.note_metadata_change()"
        )


def downgrade() -> None:
    op.execute("DROP TRIGGER note_metadata_change ON selfgraph.role_inheritance")
    op.drop_table("table_permissions", schema="selfgraph")
    op.drop_table("function_roles", schema="selfgraph")
    op.drop_table("function_settings", schema="selfgraph")
    op.drop_table("table_computed_fields", schema="selfgraph")
    op.drop_table("table_relationships", schema="selfgraph")
    op.drop_table("table_settings", schema="selfgraph")
    op.execute("DROP FUNCTION selfgraph.note_metadata_change()")
    op.drop_table("metadata_version", schema="selfgraph")
