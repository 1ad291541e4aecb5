"""The exchange of a refresh token, in one statement."""

from __future__ import annotations

from typing import Final

from sqlalchemy import LargeBinary, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Interval

# Of several callers with one token each waits at `found` for the one before, and then sees what it has done: the rows
# are locked, so that they are read as they are and not as they were when the statement began. The order of the locks
# (user, session, token) is that of every other change, so that none waits for one that waits for it.
ROTATE: Final = (
    text("""
WITH found AS MATERIALIZED (
    SELECT u.id, u.email, u.username, u.phone, u.name, u.bio, u.role, u.active, u.email_verified_at, u.claims,
        u.created_at, u.updated_at, u.last_seen_at, u.password_hash IS NOT NULL AS has_password,
        ARRAY(SELECT r.role FROM selfgraph.user_roles r WHERE r.user_id = u.id ORDER BY r.role) AS roles,
        s.id AS session_id, t.token_hash,
        CASE
            WHEN s.ended_at IS NOT NULL THEN s.end_reason
            WHEN NOT u.active THEN 'DEACTIVATED'
            WHEN s.expires_at <= clock_timestamp() THEN 'EXPIRED'
            WHEN t.used_at <= clock_timestamp() - :grace THEN 'TOKEN_REUSED'
        END AS ended,
        s.ended_at IS NULL AND u.active AND s.expires_at > clock_timestamp()
            AND COALESCE(t.used_at <= clock_timestamp() - :grace, false) AS reused
    FROM selfgraph.users u
    JOIN selfgraph.sessions s ON s.user_id = u.id
    JOIN selfgraph.refresh_tokens t ON t.session_id = s.id
    WHERE t.token_hash = :spent
    FOR NO KEY UPDATE OF u FOR NO KEY UPDATE OF s FOR NO KEY UPDATE OF t
), spent AS (
    UPDATE selfgraph.refresh_tokens t SET used_at = clock_timestamp()
    FROM found WHERE found.ended IS NULL AND t.token_hash = found.token_hash AND t.used_at IS NULL
), successor AS (
    INSERT INTO selfgraph.refresh_tokens (token_hash, session_id)
    SELECT :successor, found.session_id FROM found WHERE found.ended IS NULL
    ON CONFLICT DO NOTHING
), seen AS (
    UPDATE selfgraph.users u SET last_seen_at = clock_timestamp()
    FROM found WHERE found.ended IS NULL AND u.id = found.id
), session AS (
    UPDATE selfgraph.sessions s SET
        used_at = CASE WHEN found.reused THEN s.used_at ELSE clock_timestamp() END,
        expires_at = CASE WHEN found.reused THEN s.expires_at ELSE clock_timestamp() + :extend END,
        ended_at = CASE WHEN found.reused THEN clock_timestamp() END,
        end_reason = found.ended
    FROM found WHERE (found.ended IS NULL OR found.reused) AND s.id = found.session_id
    RETURNING s.id, s.created_at, s.used_at, s.expires_at, s.user_agent, s.ip, s.label
)
SELECT found.*, session.created_at AS session_created_at, session.used_at AS session_used_at,
    session.expires_at AS session_expires_at, session.user_agent, session.ip, session.label
FROM found LEFT JOIN session ON session.id = found.session_id
""")
    .bindparams(
        bindparam("spent", type_=LargeBinary),
        bindparam("successor", type_=LargeBinary),
        bindparam("grace", type_=Interval),
        bindparam("extend", type_=Interval),
    )
    .columns(claims=JSONB)
)
