"""Storage: buckets, files, uploads under way, rules; triggers that keep count of the bytes of a bucket."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "5e005408848d"
down_revision: str | None = "93b7d1f4c6a2"
branch_labels: str | None = None
depends_on: str | None = None

# What a quota refuses is refused by the constraint on the bucket. Only a change can touch two buckets; it locks them in
# the order of their ids, so that two changes never wait for each other.
COUNT_BYTES = """
CREATE FUNCTION selfgraph.count_bytes() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN
        UPDATE selfgraph.buckets AS bucket SET used_bytes = used_bytes + change.bytes
        FROM (
            SELECT bucket_id, pg_catalog.sum(size)::bigint AS bytes FROM added
            WHERE deleted_at IS NULL AND status <> 'deleting' GROUP BY bucket_id
        ) AS change WHERE change.bucket_id = bucket.id AND change.bytes <> 0;
    ELSIF TG_OP OPERATOR(pg_catalog.=) 'DELETE' THEN
        UPDATE selfgraph.buckets AS bucket SET used_bytes = used_bytes - change.bytes
        FROM (
            SELECT bucket_id, pg_catalog.sum(size)::bigint AS bytes FROM removed
            WHERE deleted_at IS NULL AND status <> 'deleting' GROUP BY bucket_id
        ) AS change WHERE change.bucket_id = bucket.id AND change.bytes <> 0;
    ELSE
        PERFORM FROM selfgraph.buckets
        WHERE id IN (SELECT bucket_id FROM added UNION ALL SELECT bucket_id FROM removed)
        ORDER BY id FOR NO KEY UPDATE;
        UPDATE selfgraph.buckets AS bucket SET used_bytes = used_bytes + change.bytes
        FROM (
            SELECT bucket_id, pg_catalog.sum(bytes)::bigint AS bytes FROM (
                SELECT bucket_id, size AS bytes FROM added WHERE deleted_at IS NULL AND status <> 'deleting'
                UNION ALL
                SELECT bucket_id, -size FROM removed WHERE deleted_at IS NULL AND status <> 'deleting'
            ) AS each GROUP BY bucket_id
        ) AS change WHERE change.bucket_id = bucket.id AND change.bytes <> 0;
    END IF;
    RETURN NULL;
END
$$
"""
TRIGGERS = {
    "INSERT": "NEW TABLE AS added",
    "UPDATE": "OLD TABLE AS removed NEW TABLE AS added",
    "DELETE": "OLD TABLE AS removed",
}


def upgrade() -> None:
    op.create_table(
        "buckets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(collation="C"), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("public", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("max_file_size", sa.BigInteger(), nullable=True),
        sa.Column("allowed_types", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("quota", sa.BigInteger(), nullable=True),
        sa.Column("used_bytes", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("max_file_size > 0", name=op.f("ck_buckets_max_file_size")),
        sa.CheckConstraint("used_bytes <= quota", name=op.f("ck_buckets_quota")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["selfgraph.users.id"], name=op.f("fk_buckets_owner_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buckets")),
        schema="selfgraph",
    )
    op.create_index(op.f("ix_buckets_owner_id"), "buckets", ["owner_id"], unique=False, schema="selfgraph")
    op.create_index(
        "uq_buckets_name",
        "buckets",
        ["name"],
        unique=True,
        schema="selfgraph",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "file_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bucket_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("rule", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("action IN ('select', 'insert', 'update', 'delete')", name=op.f("ck_file_rules_action")),
        sa.ForeignKeyConstraint(
            ["bucket_id"], ["selfgraph.buckets.id"], name=op.f("fk_file_rules_bucket_id_buckets"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["role"], ["selfgraph.roles.name"], name=op.f("fk_file_rules_role_roles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_rules")),
        schema="selfgraph",
    )
    op.create_index(op.f("ix_file_rules_role"), "file_rules", ["role"], unique=False, schema="selfgraph")
    op.create_index(
        "uq_file_rules_bucket",
        "file_rules",
        ["bucket_id", "role", "action"],
        unique=True,
        schema="selfgraph",
        postgresql_where=sa.text("bucket_id IS NOT NULL"),
    )
    op.create_index(
        "uq_file_rules_everywhere",
        "file_rules",
        ["role", "action"],
        unique=True,
        schema="selfgraph",
        postgresql_where=sa.text("bucket_id IS NULL"),
    )
    op.create_table(
        "files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bucket_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "top_folder",
            sa.Text(collation="C"),
            sa.Computed("CASE WHEN strpos(path, '/') > 0 THEN split_part(path, '/', 1) ELSE '' END", persisted=True),
            nullable=False,
        ),
        sa.Column("object_key", sa.Text(collation="C"), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("jsonb_typeof(metadata) = 'object'", name=op.f("ck_files_metadata")),
        sa.CheckConstraint("status <> 'ready' OR etag IS NOT NULL", name=op.f("ck_files_etag")),
        sa.CheckConstraint("status IN ('pending', 'ready', 'deleting')", name=op.f("ck_files_status")),
        sa.CheckConstraint("octet_length(path) BETWEEN 1 AND 1024", name=op.f("ck_files_path")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_files_size")),
        sa.ForeignKeyConstraint(["bucket_id"], ["selfgraph.buckets.id"], name=op.f("fk_files_bucket_id_buckets")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["selfgraph.users.id"], name=op.f("fk_files_owner_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("object_key", name=op.f("uq_files_object_key")),
        schema="selfgraph",
    )
    op.create_index("ix_files_bucket_id", "files", ["bucket_id"], unique=False, schema="selfgraph")
    op.create_index(
        "ix_files_created",
        "files",
        ["bucket_id", "created_at", "id"],
        unique=False,
        schema="selfgraph",
        postgresql_where=sa.text("status = 'ready' AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_files_deleted",
        "files",
        ["deleted_at"],
        unique=False,
        schema="selfgraph",
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    # By what folders are found without looking at every file in them, and files right in one.
    op.create_index(
        "ix_files_folder",
        "files",
        ["bucket_id", sa.text("substring(path, '^.*/')"), "path"],
        unique=False,
        schema="selfgraph",
        postgresql_where=sa.text("status = 'ready' AND deleted_at IS NULL"),
    )
    op.create_index(op.f("ix_files_owner_id"), "files", ["owner_id"], unique=False, schema="selfgraph")
    op.create_index(
        "ix_files_size",
        "files",
        ["bucket_id", "size", "id"],
        unique=False,
        schema="selfgraph",
        postgresql_where=sa.text("status = 'ready' AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_files_unready",
        "files",
        ["status", "id"],
        unique=False,
        schema="selfgraph",
        postgresql_where=sa.text("status <> 'ready'"),
    )
    op.create_index(
        "ix_files_updated",
        "files",
        ["bucket_id", "updated_at", "id"],
        unique=False,
        schema="selfgraph",
        postgresql_where=sa.text("status = 'ready' AND deleted_at IS NULL"),
    )
    op.create_index(
        "uq_files_living",
        "files",
        ["bucket_id", "path"],
        unique=True,
        schema="selfgraph",
        postgresql_where=sa.text("status = 'ready' AND deleted_at IS NULL"),
    )
    op.create_table(
        "derived_objects",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("transform", sa.Text(collation="C"), nullable=False),
        sa.Column("object_key", sa.Text(collation="C"), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["selfgraph.files.id"], name=op.f("fk_derived_objects_file_id_files")),
        sa.PrimaryKeyConstraint("file_id", "version", "transform", name=op.f("pk_derived_objects")),
        sa.UniqueConstraint("object_key", name=op.f("uq_derived_objects_object_key")),
        schema="selfgraph",
    )
    op.create_index(
        op.f("ix_derived_objects_used_at"), "derived_objects", ["used_at"], unique=False, schema="selfgraph"
    )
    op.create_table(
        "uploads",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("overwrite", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("received", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('form', 'direct', 'resumable')", name=op.f("ck_uploads_kind")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["selfgraph.files.id"], name=op.f("fk_uploads_file_id_files"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_uploads")),
        schema="selfgraph",
    )
    op.create_index(op.f("ix_uploads_expires_at"), "uploads", ["expires_at"], unique=False, schema="selfgraph")
    op.execute(COUNT_BYTES)
    for event, tables in TRIGGERS.items():
        op.execute(
            f"CREATE TRIGGER count_bytes_of_{event.lower()} AFTER {event} ON selfgraph.files REFERENCING {tables}"
            " FOR EACH STATEMENT EXECUTE FUNCTION selfgraph.count_bytes()"
        )


def downgrade() -> None:
    op.drop_table("uploads", schema="selfgraph")
    op.drop_table("derived_objects", schema="selfgraph")
    op.drop_table("files", schema="selfgraph")
    op.drop_table("file_rules", schema="selfgraph")
    op.drop_table("buckets", schema="selfgraph")
    op.execute("DROP FUNCTION selfgraph.count_bytes()")
