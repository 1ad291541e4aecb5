"""What a generated statement writes a text with, in the form that the server's version writes fastest."""

from __future__ import annotations

from alembic import op

revision: str = "c4a81e5f7d03"
down_revision: str | None = "5e005408848d"
branch_labels: str | None = None
depends_on: str | None = None

# The planner puts the body in the place of the call. `to_json` finds out at each call how the type is written,
# JSON_SCALAR once for a statement. A server that is upgraded later keeps the slower of the two.
JSON_STRING = """
DO $do$
BEGIN
    EXECUTE pg_catalog.format(
        'CREATE FUNCTION selfgraph.json_string(value text) RETURNS text'
        ' LANGUAGE sql STABLE PARALLEL SAFE RETURN %s(value)::text',
        CASE WHEN pg_catalog.current_setting('server_version_num')::int OPERATOR(pg_catalog.>=) 170000
            THEN 'JSON_SCALAR' ELSE 'pg_catalog.to_json' END);
END
$do$
"""


def upgrade() -> None:
    op.execute(JSON_STRING)


def downgrade() -> None:
    op.execute("DROP FUNCTION selfgraph.json_string(text)")
