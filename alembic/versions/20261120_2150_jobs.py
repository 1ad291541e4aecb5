"""The tables of procrastinate, which keeps the jobs."""

from __future__ import annotations

import re
from pathlib import Path

from alembic import op

revision: str = "b8e2c47d1f60"
down_revision: str | None = "7c1f0a4be2d9"
branch_labels: str | None = None
depends_on: str | None = None

# A snapshot: what the installed library has may be newer. docs/migrations.md tells how an upgrade is taken over.
SNAPSHOT = Path(__file__).parent.parent / "procrastinate" / "schema-3.10.0.sql"
# Comments, bodies of functions and strings may hold semicolons.
STATEMENT = re.compile(r"(?:--[^\n]*|\$\$.*?\$\$|'[^']*'|[^;])+;", re.DOTALL)

# The library names nothing with its schema; so its functions work from every session, and find nothing else.
FIX_SEARCH_PATH = r"""
DO $$
DECLARE
    found regprocedure;
BEGIN
    FOR found IN SELECT oid FROM pg_catalog.pg_proc
        WHERE pronamespace = 'selfgraph'::regnamespace AND proname LIKE 'procrastinate\_%'
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = selfgraph, pg_temp', found);
    END LOOP;
END
$$
"""

# Finds the oldest due job, for the readiness of the server.
DUE_INDEX = """
CREATE INDEX ix_procrastinate_jobs_due ON selfgraph.procrastinate_jobs (scheduled_at) WHERE status = 'todo'
"""

# Functions that name a table's row go before the table, and those that its triggers run after it.
DROP_FUNCTIONS = r"""
DO $$
DECLARE
    found regprocedure;
BEGIN
    FOR found IN SELECT oid FROM pg_catalog.pg_proc
        WHERE pronamespace = 'selfgraph'::regnamespace AND proname LIKE 'procrastinate\_%'
          AND (prorettype = 'trigger'::regtype) = {of_triggers}
    LOOP
        EXECUTE format('DROP FUNCTION %s', found);
    END LOOP;
END
$$
"""


def upgrade() -> None:
    op.execute("SET LOCAL search_path = selfgraph")
    for statement in STATEMENT.findall(SNAPSHOT.read_text(encoding="utf-8")):
        op.execute(statement.strip().rstrip(";"))
    op.execute("SET LOCAL search_path = pg_catalog")
    op.execute(FIX_SEARCH_PATH)
    op.execute(DUE_INDEX)


def downgrade() -> None:
    op.execute(DROP_FUNCTIONS.format(of_triggers="false"))
    for table in ("events", "periodic_defers", "jobs", "workers"):
        op.execute(f"DROP TABLE selfgraph.procrastinate_{table}")
    op.execute(DROP_FUNCTIONS.format(of_triggers="true"))
    for kind in ("job_to_defer_v1", "job_event_type", "job_status"):
        op.execute(f"DROP TYPE selfgraph.procrastinate_{kind}")
