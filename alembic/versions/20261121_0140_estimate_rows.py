"""The planner's estimate of how many rows a query has, for counts that need not be exact."""

from __future__ import annotations

from alembic import op

revision: str = "1f93d6b28c4e"
down_revision: str | None = "5e0c2a7d41b8"
branch_labels: str | None = None
depends_on: str | None = None

# Called by generated statements, with a query of the same renderer and its values, which the query names `$1[1]`,
# `$1[2]`, ...; so nothing of a request is spliced into it. Nothing of it runs: it is planned with these values. It has
# the rights of its caller. EXPLAIN needs a volatile function.
ESTIMATE_ROWS = """
CREATE FUNCTION selfgraph.estimate_rows(query text, given text[]) RETURNS integer
LANGUAGE plpgsql VOLATILE STRICT PARALLEL RESTRICTED AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE pg_catalog.concat('EXPLAIN (FORMAT JSON) ', query) INTO plan USING given;
    RETURN least((plan OPERATOR(pg_catalog.#>>) '{0,Plan,Plan Rows}')::pg_catalog.numeric, 2147483647);
END
$$
"""


def upgrade() -> None:
    op.execute(ESTIMATE_ROWS)


def downgrade() -> None:
    op.execute("DROP FUNCTION selfgraph.estimate_rows(text, text[])")
