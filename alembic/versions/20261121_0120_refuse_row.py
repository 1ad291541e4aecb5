"""What a generated statement calls where a written row fails its role's check."""

from __future__ import annotations

from alembic import op

revision: str = "5e0c2a7d41b8"
down_revision: str | None = "e7b04c6a91d3"
branch_labels: str | None = None
depends_on: str | None = None

# Volatile, so that no plan is made by calling it. It names the table as PostgreSQL does where a constraint is broken.
REFUSE_ROW = """
CREATE FUNCTION selfgraph.refuse_row(schema_name text, table_name text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'SG002', MESSAGE = 'a row fails its check',
        SCHEMA = schema_name, TABLE = table_name;
END
$$
"""


def upgrade() -> None:
    op.execute(REFUSE_ROW)


def downgrade() -> None:
    op.execute("DROP FUNCTION selfgraph.refuse_row(text, text)")
