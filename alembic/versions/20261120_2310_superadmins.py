"""An index of the superadmins, of whom every act of an admin makes sure that one is left."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "c41b7e9d20a6"
down_revision: str | None = "a3d5f0c91e42"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_index(
        "ix_users_superadmins",
        "users",
        ["id"],
        unique=False,
        schema="selfgraph",
        postgresql_where=sa.text("role = 'superadmin'"),
    )


def downgrade() -> None:
    op.drop_index("ix_users_superadmins", table_name="users", schema="selfgraph")
