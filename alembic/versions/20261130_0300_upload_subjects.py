"""Whose uploads are counted together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "8c41d7e09b35"
down_revision: str | None = "a7d25c90e4b8"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("uploads", sa.Column("subject", sa.Text(), nullable=True), schema="selfgraph")
    op.create_index(
        op.f("ix_uploads_subject_expires_at"), "uploads", ["subject", "expires_at"], unique=False, schema="selfgraph"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_uploads_subject_expires_at"), table_name="uploads", schema="selfgraph")
    op.drop_column("uploads", "subject", schema="selfgraph")
