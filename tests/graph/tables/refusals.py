"""A database with much to get wrong, and what a good refusal looks like."""

from __future__ import annotations

from typing import Any

SCHEMA = """
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TYPE awkward AS ENUM ('one two');
CREATE TABLE thing (
    id integer PRIMARY KEY, small smallint, big bigint, exact numeric(4, 1), ratio real, flag boolean, label text, day date,
    moment timestamptz, clock time, span interval, identity uuid, feeling mood, answer awkward, document jsonb, raw json,
    bytes bytea, address inet, numbers integer[], period int4range, bits bit(3), fee money, class regclass
);
CREATE TABLE part (id integer PRIMARY KEY, thing_id integer REFERENCES thing);
INSERT INTO thing (id, label) SELECT n, 'label' FROM generate_series(1, 3) n;
INSERT INTO part SELECT n, 1 FROM generate_series(1, 12) n;
CREATE VIEW broken AS SELECT id / (id - id) AS value FROM thing;
CREATE VIEW slow AS SELECT id, pg_sleep(20)::text AS waited FROM thing;
CREATE MATERIALIZED VIEW empty AS SELECT 1 AS id WITH NO DATA;
"""
FORBIDDEN = ("syntax", "SELECT", "relation", "invalid input", "column", "t0", "pg_", "operator", "ERROR", "LINE")


def assert_clear(error: dict[str, Any], code: str, *path: str | int) -> None:
    assert error["extensions"]["code"] == code, error
    assert error["extensions"].get("path", []) == list(path), error
    assert not any(word in error["message"] for word in FORBIDDEN), error
