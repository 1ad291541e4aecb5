BEGIN;

WITH w AS (INSERT INTO "public"."shelf" AS t0 ("room", "number") SELECT c0::text, c1::int4
FROM unnest($1::text[], $2::text[]) AS r(c0, c1) RETURNING t0 AS v0, NULL::text AS v1, t0."room" AS v3, t0."number" AS v4) SELECT count(*), array_agg(w.v0::text), array_agg(w.v1::text), NULL::text[], array_agg(w.v3::text), array_agg(w.v4::text)
FROM w
-- $1: ["a"]
-- $2: ["1"]

WITH w AS (INSERT INTO "public"."box" AS t0 ("content", "room", "number") SELECT c0::text, c1::text, c2::int4
FROM unnest($1::text[], $2::text[], $3::text[]) AS r(c0, c1, c2) RETURNING 1 AS one) SELECT count(*), NULL::text[], NULL::text[], NULL::text[]
FROM w
-- $1: ["x", "y"]
-- $2: ["a", "a"]
-- $3: ["1", "1"]

WITH w AS (
  SELECT (u.written)."room" AS "room", (u.written)."number" AS "number", (u.written)."label" AS "label", u."version" AS "xmin", u."place" AS "place"
  FROM (
    SELECT x.written::"public"."shelf" AS written, x."version", x."place"
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS x(written, "version", "place")
    WHERE NOT EXISTS (
      SELECT
      FROM "public"."shelf"
      WHERE false
    )
    OFFSET 0
  ) AS u
) SELECT convert_to('{"affectedRows":' || $3::text || ',"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"box":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"room":' || coalesce(selfgraph.json_string(t1."room"), 'null') || ',"number":' || coalesce(t1."number"::int4::text, 'null') || ',"content":' || coalesce(selfgraph.json_string(t1."content"), 'null') || '}' AS o
        FROM "public"."box" AS t1
        WHERE t1."room" = t0."room" AND t1."number" = t0."number"
        ORDER BY t1."id"
        LIMIT 100001
      ) AS r
    ) || '}' AS o
    FROM w AS t0
    ORDER BY t0."place"
  ) AS r
) || '}', 'UTF8')
-- $1: ["(a,1,)"]
-- $2: [null]
-- $3: "3"

WITH w AS (INSERT INTO "public"."shelf" AS t0 ("room", "number") SELECT c0::text, c1::int4
FROM unnest($1::text[], $2::text[]) AS r(c0, c1) RETURNING t0."room" AS v3, t0."number" AS v4) SELECT count(*), NULL::text[], NULL::text[], NULL::text[], array_agg(w.v3::text), array_agg(w.v4::text)
FROM w
-- $1: ["b"]
-- $2: ["2"]

WITH w AS (INSERT INTO "public"."box" AS t0 ("content", "room", "number") SELECT c0::text, c1::text, c2::int4
FROM unnest($1::text[], $2::text[], $3::text[]) AS r(c0, c1, c2) RETURNING t0 AS v0, NULL::text AS v1) SELECT count(*), array_agg(w.v0::text), array_agg(w.v1::text), NULL::text[]
FROM w
-- $1: ["z"]
-- $2: ["b"]
-- $3: ["2"]

WITH w AS (
  SELECT (u.written)."id" AS "id", (u.written)."room" AS "room", (u.written)."number" AS "number", (u.written)."content" AS "content", u."version" AS "xmin", u."place" AS "place"
  FROM (
    SELECT x.written::"public"."box" AS written, x."version", x."place"
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS x(written, "version", "place")
    WHERE NOT EXISTS (
      SELECT
      FROM "public"."box"
      WHERE false
    )
    OFFSET 0
  ) AS u
) SELECT convert_to(coalesce((
  SELECT '{"room":' || coalesce(selfgraph.json_string(t0."room"), 'null') || ',"number":' || coalesce(t0."number"::int4::text, 'null') || ',"content":' || coalesce(selfgraph.json_string(t0."content"), 'null') || '}' AS o
  FROM w AS t0
), 'null'), 'UTF8')
-- $1: ["(3,b,2,z)"]
-- $2: [null]

COMMIT;
