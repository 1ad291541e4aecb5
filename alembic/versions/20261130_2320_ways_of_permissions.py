"""Permissions note where the relationships of their rules lead, so that none comes to mean another one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "a7d24f6be913"
down_revision: str | None = "d60f3b8a17c5"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Of permissions that are there already it is not known."""
    op.add_column("table_permissions", sa.Column("ways", sa.ARRAY(sa.Text()), nullable=True), schema="selfgraph")


def downgrade() -> None:
    op.drop_column("table_permissions", "ways", schema="selfgraph")
