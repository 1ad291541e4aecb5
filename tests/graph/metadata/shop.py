"""A small shop, and calls that say something about its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.graph.tables.serving import Served

SHOP = """
CREATE TABLE customer (id integer PRIMARY KEY, name text NOT NULL, city text);
CREATE TABLE state (value text PRIMARY KEY, comment text);
INSERT INTO state VALUES ('OPEN', 'Not paid.'), ('PAID', NULL);
CREATE TABLE orders (
    id integer PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES customer,
    state text NOT NULL REFERENCES state,
    total numeric NOT NULL,
    total_twice numeric GENERATED ALWAYS AS (total * 2) STORED
);
CREATE VIEW large_order AS SELECT id, customer_id, total FROM orders WHERE total > 100;
CREATE VIEW totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id;
CREATE SCHEMA archive CREATE TABLE orders (id integer PRIMARY KEY);
INSERT INTO customer VALUES (1, 'Ada', 'London'), (2, 'Bob', 'Paris');
INSERT INTO orders VALUES (1, 1, 'OPEN', 50), (2, 1, 'PAID', 150), (3, 2, 'OPEN', 500);
CREATE FUNCTION customer_label(customer) RETURNS text LANGUAGE sql STABLE AS $$ SELECT $1.name || ', ' || $1.city $$;
CREATE FUNCTION find_orders(minimum numeric) RETURNS SETOF orders LANGUAGE sql STABLE
    AS $$ SELECT * FROM orders WHERE total >= minimum $$;
"""

SET = """mutation($input: SetTablePermissionInput!) { setTablePermission(input: $input) {
    table schema role action columns computedFields filter check presets limit allowAggregations backendOnly comment
} }"""
OWN = {"customer_id": {"_eq": "X-User-Id"}}


def select(**more: Any) -> dict[str, Any]:
    """A permission to read orders."""
    return {"table": "orders", "role": "user", "action": "SELECT", "columns": ["id"], "filter": OWN, **more}


async def grant(served: Served, **given: Any) -> dict[str, Any]:
    """Set a permission; what the mutation answers."""
    answer: dict[str, Any] = (await served.data(SET, {"input": given}))["setTablePermission"]
    return answer


async def permissions(served: Served) -> list[dict[str, Any]]:
    """The permissions there are."""
    found: list[dict[str, Any]] = (await served.data("{ permissions { schema table role action columns filter } }"))[
        "permissions"
    ]
    return found


async def trail(served: Served) -> list[tuple[str, str]]:
    """What the trail says was done to metadata, the oldest first."""
    async with served.database.acquire() as connection:
        rows = await connection.fetch("SELECT action, target FROM selfgraph.audit_events ORDER BY at, id")
    kinds = ("permission", "table", "relationship", "computed_field", "function", "function_permission", "metadata")
    return [(row["action"], row["target"]) for row in rows if row["action"].split(".")[0] in kinds]
