CREATE SCHEMA labels;
CREATE EXTENSION ltree SCHEMA labels;
CREATE TYPE span AS RANGE (subtype = time);
CREATE DOMAIN season AS daterange;
CREATE TABLE booking (
    id integer PRIMARY KEY,
    rooms int4range,
    stay tstzrange NOT NULL,
    season season,
    price numrange,
    hours span,
    closed datemultirange
);
INSERT INTO booking VALUES
    (1, '[1,5)', '[2026-01-01T12:00Z,2026-01-03T10:00Z)', '[2026-01-01,2026-04-01)', '(0.5,1.5]', '[08:00,17:00)',
     '{[2026-01-02,2026-01-05),[2026-02-01,2026-02-02)}'),
    (2, '[5,9)', '[2026-01-03T10:00Z,)', '[2026-04-01,)', '[1.5,)', 'empty', '{}'),
    (3, NULL, 'empty', NULL, NULL, NULL, NULL);
CREATE TABLE page (
    id integer PRIMARY KEY,
    title text NOT NULL,
    body text,
    words tsvector GENERATED ALWAYS AS (to_tsvector('english', title || ' ' || coalesce(body, ''))) STORED
);
INSERT INTO page (id, title, body) VALUES
    (1, 'Red pears', 'Pears are picked in autumn.'),
    (2, 'Green apples', 'Apples keep longer than pears.'),
    (3, 'Plums', NULL);
CREATE TABLE category (id integer PRIMARY KEY, path labels.ltree, paths labels.ltree[]);
INSERT INTO category VALUES
    (1, 'top', '{top}'),
    (2, 'top.science', '{top.science,top.hobbies}'),
    (3, 'top.science.astronomy', NULL),
    (4, 'top.hobbies.Amateurs_astronomy', NULL),
    (5, NULL, NULL);
CREATE TABLE product (
    id integer PRIMARY KEY, spec jsonb NOT NULL, raw json, parts jsonb[], amount integer, code char(4), owner uuid
);
INSERT INTO product VALUES
    (1, '{"city": {"street": [{"no": 7}, "second"]}, "a b": 1, "é": null, "size": 3}', '{"b":  1, "a": [1.10]}',
     ARRAY['{"x": 1}', 'null', NULL]::jsonb[], 12, 'ab', '00000000-0000-7000-8000-000000000001'),
    (2, '["Small", {"size": 5}]', NULL, '{}', 120, 'abcd', NULL),
    (3, '"text"', 'null', NULL, NULL, NULL, NULL);
