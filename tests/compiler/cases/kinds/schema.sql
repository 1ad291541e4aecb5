CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TYPE point3 AS (x integer, y integer, label text);
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE DOMAIN work_email AS email NOT NULL DEFAULT 'nobody@example';
CREATE DOMAIN scores AS integer[];

CREATE TABLE account (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mail email,
    work work_email,
    best scores,
    state mood,
    states mood[],
    place point3,
    first text NOT NULL,
    last text NOT NULL,
    full_name text GENERATED ALWAYS AS (first || ' ' || last) STORED,
    born date,
    raw json,
    data jsonb,
    bytes bytea,
    ratio real,
    money numeric
);
COMMENT ON TABLE account IS 'People.';
INSERT INTO account (mail, work, best, state, states, place, first, last, born, raw, data, bytes, ratio, money) VALUES
    ('a@x', 'b@x', '{3,1}', 'happy', '{sad,NULL}', '(1,2,"a ""b""")', 'Ann', 'O"Neil\', '2000-02-29',
     '{"b":  1, "a": [1.10, null]}', '{"b":  1, "a": [1.10, null]}', '\xdeadbeef', 0.1, 12345678901234567890.10),
    (NULL, 'c@x', NULL, NULL, NULL, NULL, 'Ben', E'tab\t\u00e9\U0001F600', NULL, NULL, NULL, NULL, 'NaN', 'NaN'),
    (NULL, 'd@x', '{}', NULL, '{}', '(,,)', 'Cid', '', 'infinity', 'null', 'null', '', 'Infinity', 0);

CREATE VIEW adult AS SELECT id, first, born FROM account WHERE born IS NOT NULL;
CREATE MATERIALIZED VIEW initial AS SELECT left(first, 1) AS letter, count(*) AS number FROM account GROUP BY 1;
CREATE TABLE reading (at timestamptz NOT NULL, sensor integer NOT NULL, value double precision, PRIMARY KEY (at, sensor))
    PARTITION BY RANGE (at);
CREATE TABLE reading_2025 PARTITION OF reading FOR VALUES FROM ('2025-01-01Z') TO ('2026-01-01Z');
CREATE TABLE reading_2026 PARTITION OF reading FOR VALUES FROM ('2026-01-01Z') TO ('2027-01-01Z');
INSERT INTO reading VALUES ('2025-05-01T10:00Z', 1, 1.5), ('2026-05-01T10:00Z', 1, 2.5), ('2026-05-01T10:00Z', 2, NULL);
CREATE TABLE note (
    id integer PRIMARY KEY,
    reading_at timestamptz,
    reading_sensor integer,
    FOREIGN KEY (reading_at, reading_sensor) REFERENCES reading (at, sensor)
);
INSERT INTO note VALUES (1, '2026-05-01T10:00Z', 2);
