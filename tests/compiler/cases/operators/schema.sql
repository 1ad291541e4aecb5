CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE awkward AS ENUM ('one two', '3', 'true');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);

CREATE TABLE specimen (
    id integer PRIMARY KEY,
    small smallint,
    whole integer,
    big bigint,
    exact numeric(12, 3),
    approximate double precision,
    flag boolean,
    label text,
    code varchar(10),
    padded char(4),
    letter "char",
    identity uuid,
    day date,
    moment timestamptz,
    clock time,
    span interval,
    feeling mood,
    answer awkward,
    ordinal positive,
    document jsonb,
    bytes bytea,
    address inet,
    period int4range,
    numbers integer[],
    texts text[],
    feelings mood[],
    ordinals positive[]
);
INSERT INTO specimen VALUES
    (1, 1, 1, 9007199254740993, 1.500, 0.5, true, 'Alpha', 'a_b', 'ab', 'x', '00000000-0000-7000-8000-000000000001',
     '2026-01-01', '2026-01-01T12:00:00Z', '12:00', '1 day', 'sad', 'one two', 1, '{"a": 1, "b": [1, 2]}', '\x00ff',
     '10.0.0.1', '[1,5)', '{1,2}', '{a,b}', '{sad,ok}', '{1,2}'),
    (2, 2, 2, -1, 2.500, 1e300, false, 'beta', 'a%b', 'abcd', 'y', '00000000-0000-7000-8000-000000000002',
     '2026-06-30', '2026-06-30T12:00:00Z', '13:30:00.5', '2 hours', 'happy', '3', 2, '["a", "c"]', '\x01',
     '10.0.0.2', '[5,9)', '{2,3}', '{b,c}', '{happy}', '{2}'),
    (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
