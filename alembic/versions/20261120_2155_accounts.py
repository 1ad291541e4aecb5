"""Accounts and access: users, sessions, roles, keys, and the notices that make a change act at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "a3d5f0c91e42"
down_revision: str | None = "b8e2c47d1f60"
branch_labels: str | None = None
depends_on: str | None = None

# Every process listens: what it has in its memory about a caller is dropped in the moment the change is committed,
# whoever made it. The arguments are the kind of the notice and, for one about a row, the column that names it.
NOTIFY_ACCESS_CHANGE = """
CREATE FUNCTION selfgraph.notify_access_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF tg_level OPERATOR(pg_catalog.=) 'STATEMENT' THEN
        PERFORM pg_catalog.pg_notify('selfgraph_access', tg_argv[0]);
    ELSE
        PERFORM pg_catalog.pg_notify('selfgraph_access', pg_catalog.concat(
            tg_argv[0], ':', pg_catalog.to_jsonb(COALESCE(OLD, NEW)) OPERATOR(pg_catalog.->>) tg_argv[1]));
    END IF;
    RETURN NULL;
END
$$
"""

# The times of last use change often and change no right: they are no news. Nor is the sweeping of what has ended.
TRIGGERS = (
    """CREATE TRIGGER notify_update AFTER UPDATE ON selfgraph.users FOR EACH ROW
    WHEN ((OLD.role, OLD.active, OLD.claims, OLD.email) IS DISTINCT FROM (NEW.role, NEW.active, NEW.claims, NEW.email))
    EXECUTE FUNCTION selfgraph.notify_access_change('user', 'id')""",
    """CREATE TRIGGER notify_delete AFTER DELETE ON selfgraph.users FOR EACH ROW
    EXECUTE FUNCTION selfgraph.notify_access_change('user', 'id')""",
    """CREATE TRIGGER notify_update AFTER UPDATE ON selfgraph.sessions FOR EACH ROW
    WHEN (OLD.ended_at IS NULL AND (NEW.ended_at IS NOT NULL OR NEW.expires_at < OLD.expires_at))
    EXECUTE FUNCTION selfgraph.notify_access_change('session', 'id')""",
    """CREATE TRIGGER notify_delete AFTER DELETE ON selfgraph.sessions FOR EACH ROW
    WHEN (OLD.ended_at IS NULL AND OLD.expires_at > now())
    EXECUTE FUNCTION selfgraph.notify_access_change('session', 'id')""",
    """CREATE TRIGGER notify_change AFTER INSERT OR UPDATE OR DELETE ON selfgraph.user_roles FOR EACH ROW
    EXECUTE FUNCTION selfgraph.notify_access_change('user', 'user_id')""",
    """CREATE TRIGGER notify_change AFTER INSERT OR UPDATE OR DELETE ON selfgraph.role_inheritance FOR EACH STATEMENT
    EXECUTE FUNCTION selfgraph.notify_access_change('roles')""",
    """CREATE TRIGGER notify_update AFTER UPDATE ON selfgraph.api_keys FOR EACH ROW
    WHEN ((OLD.key_hash, OLD.role, OLD.scopes, OLD.expires_at, OLD.revoked_at)
          IS DISTINCT FROM (NEW.key_hash, NEW.role, NEW.scopes, NEW.expires_at, NEW.revoked_at))
    EXECUTE FUNCTION selfgraph.notify_access_change('key', 'id')""",
    """CREATE TRIGGER notify_delete AFTER DELETE ON selfgraph.api_keys FOR EACH ROW
    EXECUTE FUNCTION selfgraph.notify_access_change('key', 'id')""",
    """CREATE TRIGGER notify_change AFTER INSERT OR UPDATE OR DELETE ON selfgraph.signing_keys FOR EACH STATEMENT
    EXECUTE FUNCTION selfgraph.notify_access_change('signing_keys')""",
)

BUILT_IN_ROLES = """
INSERT INTO selfgraph.roles (name, description, built_in) VALUES
    ('anonymous', 'A caller without a token.', true),
    ('user', 'Everybody with an account.', true),
    ('admin', 'Manages accounts, roles and keys, and sees every table.', true),
    ('superadmin', 'May do everything.', true)
"""


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
        schema="selfgraph",
    )
    op.create_index(op.f("ix_audit_events_actor_id"), "audit_events", ["actor_id"], unique=False, schema="selfgraph")
    op.create_index(op.f("ix_audit_events_at_id"), "audit_events", ["at", "id"], unique=False, schema="selfgraph")
    op.create_table(
        "roles",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("built_in", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_roles")),
        schema="selfgraph",
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("identifier", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("identifier", "address", name=op.f("pk_sign_in_attempts")),
        schema="selfgraph",
    )
    op.create_index(
        op.f("ix_sign_in_attempts_last_at"), "sign_in_attempts", ["last_at"], unique=False, schema="selfgraph"
    )
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_keys")),
        sa.UniqueConstraint("kid", name=op.f("uq_signing_keys_kid")),
        schema="selfgraph",
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("bio", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), server_default="user", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("claims", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("jsonb_typeof(claims) = 'object'", name=op.f("ck_users_claims")),
        sa.CheckConstraint("phone ~ '^\\+[1-9][0-9]{1,14}$'", name=op.f("ck_users_phone")),
        sa.CheckConstraint("role IN ('user', 'admin', 'superadmin')", name=op.f("ck_users_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
        schema="selfgraph",
    )
    op.create_index(op.f("ix_users_created_at_id"), "users", ["created_at", "id"], unique=False, schema="selfgraph")
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("built_in", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("built_in IN ('service', 'anon')", name=op.f("ck_api_keys_built_in")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["selfgraph.users.id"], name=op.f("fk_api_keys_created_by_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["role"], ["selfgraph.roles.name"], name=op.f("fk_api_keys_role_roles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("built_in", name=op.f("uq_api_keys_built_in")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
        sa.UniqueConstraint("name", name=op.f("uq_api_keys_name")),
        schema="selfgraph",
    )
    op.create_index(op.f("ix_api_keys_role"), "api_keys", ["role"], unique=False, schema="selfgraph")
    op.create_table(
        "identities",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["selfgraph.users.id"], name=op.f("fk_identities_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identities")),
        schema="selfgraph",
    )
    op.create_index(op.f("ix_identities_user_id"), "identities", ["user_id"], unique=False, schema="selfgraph")
    op.create_table(
        "one_time_tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["selfgraph.users.id"], name=op.f("fk_one_time_tokens_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_tokens")),
        schema="selfgraph",
    )
    op.create_index(
        op.f("ix_one_time_tokens_expires_at"), "one_time_tokens", ["expires_at"], unique=False, schema="selfgraph"
    )
    op.create_index(
        op.f("ix_one_time_tokens_user_id"), "one_time_tokens", ["user_id"], unique=False, schema="selfgraph"
    )
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["selfgraph.users.id"], name=op.f("fk_recovery_codes_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name=op.f("pk_recovery_codes")),
        schema="selfgraph",
    )
    op.create_table(
        "role_inheritance",
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("inherits", sa.Text(), nullable=False),
        sa.CheckConstraint("role <> inherits", name=op.f("ck_role_inheritance_self")),
        sa.ForeignKeyConstraint(
            ["inherits"], ["selfgraph.roles.name"], name=op.f("fk_role_inheritance_inherits_roles")
        ),
        sa.ForeignKeyConstraint(
            ["role"], ["selfgraph.roles.name"], name=op.f("fk_role_inheritance_role_roles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("role", "inherits", name=op.f("pk_role_inheritance")),
        schema="selfgraph",
    )
    op.create_index(
        op.f("ix_role_inheritance_inherits"), "role_inheritance", ["inherits"], unique=False, schema="selfgraph"
    )
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["selfgraph.users.id"], name=op.f("fk_second_factors_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factors")),
        schema="selfgraph",
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("impersonator_id", sa.Uuid(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["impersonator_id"],
            ["selfgraph.users.id"],
            name=op.f("fk_sessions_impersonator_id_users"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["selfgraph.users.id"], name=op.f("fk_sessions_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        schema="selfgraph",
    )
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False, schema="selfgraph")
    op.create_index(
        op.f("ix_sessions_impersonator_id"),
        "sessions",
        ["impersonator_id"],
        unique=False,
        schema="selfgraph",
        postgresql_where=sa.text("impersonator_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False, schema="selfgraph")
    op.create_table(
        "user_roles",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["role"], ["selfgraph.roles.name"], name=op.f("fk_user_roles_role_roles")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["selfgraph.users.id"], name=op.f("fk_user_roles_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_roles")),
        schema="selfgraph",
    )
    op.create_index(op.f("ix_user_roles_role"), "user_roles", ["role"], unique=False, schema="selfgraph")
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["selfgraph.sessions.id"],
            name=op.f("fk_refresh_tokens_session_id_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_refresh_tokens")),
        schema="selfgraph",
    )
    op.create_index(
        op.f("ix_refresh_tokens_session_id"), "refresh_tokens", ["session_id"], unique=False, schema="selfgraph"
    )
    op.execute(NOTIFY_ACCESS_CHANGE)
    for trigger in TRIGGERS:
        op.execute(trigger)
    op.execute(BUILT_IN_ROLES)


def downgrade() -> None:
    op.drop_index(op.f("ix_refresh_tokens_session_id"), table_name="refresh_tokens", schema="selfgraph")
    op.drop_table("refresh_tokens", schema="selfgraph")
    op.drop_index(op.f("ix_user_roles_role"), table_name="user_roles", schema="selfgraph")
    op.drop_table("user_roles", schema="selfgraph")
    op.drop_index(op.f("ix_sessions_user_id"), table_name="sessions", schema="selfgraph")
    op.drop_index(op.f("ix_sessions_impersonator_id"), table_name="sessions", schema="selfgraph")
    op.drop_index(op.f("ix_sessions_expires_at"), table_name="sessions", schema="selfgraph")
    op.drop_table("sessions", schema="selfgraph")
    op.drop_table("second_factors", schema="selfgraph")
    op.drop_index(op.f("ix_role_inheritance_inherits"), table_name="role_inheritance", schema="selfgraph")
    op.drop_table("role_inheritance", schema="selfgraph")
    op.drop_table("recovery_codes", schema="selfgraph")
    op.drop_index(op.f("ix_one_time_tokens_user_id"), table_name="one_time_tokens", schema="selfgraph")
    op.drop_index(op.f("ix_one_time_tokens_expires_at"), table_name="one_time_tokens", schema="selfgraph")
    op.drop_table("one_time_tokens", schema="selfgraph")
    op.drop_index(op.f("ix_identities_user_id"), table_name="identities", schema="selfgraph")
    op.drop_table("identities", schema="selfgraph")
    op.drop_index(op.f("ix_api_keys_role"), table_name="api_keys", schema="selfgraph")
    op.drop_table("api_keys", schema="selfgraph")
    op.drop_index(op.f("ix_users_created_at_id"), table_name="users", schema="selfgraph")
    op.drop_table("users", schema="selfgraph")
    op.drop_table("signing_keys", schema="selfgraph")
    op.drop_index(op.f("ix_sign_in_attempts_last_at"), table_name="sign_in_attempts", schema="selfgraph")
    op.drop_table("sign_in_attempts", schema="selfgraph")
    op.drop_table("roles", schema="selfgraph")
    op.drop_index(op.f("ix_audit_events_at_id"), table_name="audit_events", schema="selfgraph")
    op.drop_index(op.f("ix_audit_events_actor_id"), table_name="audit_events", schema="selfgraph")
    op.drop_table("audit_events", schema="selfgraph")
    op.execute("DROP FUNCTION selfgraph.notify_access_change()")
