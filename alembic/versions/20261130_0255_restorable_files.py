"""Deleted files are found by bucket and time; what an upload has completed is known until it expires."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "a7d25c90e4b8"
down_revision: str | None = "c4a81e5f7d03"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_index(
        "ix_files_restorable",
        "files",
        ["bucket_id", "deleted_at", "id"],
        unique=False,
        schema="selfgraph",
        postgresql_where=sa.text("status = 'ready' AND deleted_at IS NOT NULL"),
    )
    op.add_column("uploads", sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True), schema="selfgraph")


def downgrade() -> None:
    op.drop_column("uploads", "completed_at", schema="selfgraph")
    op.drop_index("ix_files_restorable", "files", schema="selfgraph")
