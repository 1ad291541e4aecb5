"""The tables of an app of things to do, and what its users may do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLES = """
CREATE TABLE users (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    last_seen timestamptz
);
CREATE TABLE todos (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    title text NOT NULL,
    is_completed boolean NOT NULL DEFAULT false,
    is_public boolean NOT NULL DEFAULT false,
    priority integer NOT NULL DEFAULT 0,
    due timestamptz,
    details jsonb NOT NULL DEFAULT '{}'
);
CREATE TABLE tags (
    id serial PRIMARY KEY,
    todo_id uuid NOT NULL REFERENCES todos ON DELETE CASCADE,
    name text NOT NULL,
    UNIQUE (todo_id, name)
);
COMMENT ON TABLE todos IS 'What is to be done.';
COMMENT ON COLUMN todos.due IS 'By when.';
"""

ME = {"_eq": "X-Hasura-User-Id"}
MINE = {"user_id": ME}
OF_MINE = {"todo": MINE}
COLUMNS = ("title", "is_completed", "is_public", "priority", "due", "details")


def _permission(table: str, action: str, **more: Any) -> Mapping[str, Any]:
    return {"table": table, "action": action, **more}


PERMISSIONS = (
    _permission("users", "SELECT", columns=["id", "name", "last_seen"], filter={}),
    _permission("users", "INSERT", columns=["name", "last_seen"], presets={"id": "X-Hasura-User-Id"}, check={}),
    _permission("users", "UPDATE", columns=["name", "last_seen"], filter={"id": ME}),
    _permission(
        "todos",
        "SELECT",
        columns=["id", "user_id", *COLUMNS],
        filter={"_or": [MINE, {"is_public": {"_eq": True}}]},
        allowAggregations=True,
    ),
    _permission("todos", "INSERT", columns=[*COLUMNS], presets={"user_id": "X-Hasura-User-Id"}, check={}),
    _permission("todos", "UPDATE", columns=[*COLUMNS], filter=MINE),
    _permission("todos", "DELETE", filter=MINE),
    _permission("tags", "SELECT", columns="*", filter=OF_MINE),
    _permission("tags", "INSERT", columns=["name", "todo_id"], check=OF_MINE),
    _permission("tags", "UPDATE", columns=["name"], filter=OF_MINE),
    _permission("tags", "DELETE", filter=OF_MINE),
)
