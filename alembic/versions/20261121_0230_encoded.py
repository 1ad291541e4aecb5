"""What a generated statement hands its answer over with, unless it is longer than answers may be."""

from __future__ import annotations

from alembic import op

revision: str = "93b7d1f4c6a2"
down_revision: str | None = "1f93d6b28c4e"
branch_labels: str | None = None
depends_on: str | None = None

ENCODED = """
CREATE FUNCTION selfgraph.encoded(answer text, most bigint) RETURNS bytea
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF pg_catalog.octet_length(answer) OPERATOR(pg_catalog.>) most THEN
        RAISE EXCEPTION USING ERRCODE = 'SG003', MESSAGE = pg_catalog.format('more than %s bytes', most);
    END IF;
    RETURN pg_catalog.convert_to(answer, 'UTF8');
END
$$
"""


def upgrade() -> None:
    op.execute(ENCODED)


def downgrade() -> None:
    op.execute("DROP FUNCTION selfgraph.encoded(text, bigint)")
