"""Changes of structures are told in sessions of replication and restoration too."""

from __future__ import annotations

from alembic import op

revision: str = "c95e1f08d274"
down_revision: str | None = "a7d24f6be913"
branch_labels: str | None = None
depends_on: str | None = None

# Event triggers need a superuser; where there are none, the server polls.
ENABLE = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_event_trigger WHERE evtname = 'selfgraph_ddl_end') THEN
        ALTER EVENT TRIGGER selfgraph_ddl_end ENABLE {always};
        ALTER EVENT TRIGGER selfgraph_drop ENABLE {always};
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END
$$
"""


def upgrade() -> None:
    op.execute(ENABLE.format(always="ALWAYS"))


def downgrade() -> None:
    op.execute(ENABLE.format(always=""))
