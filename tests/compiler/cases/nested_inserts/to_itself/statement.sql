BEGIN;

WITH w AS (INSERT INTO "public"."person" AS t0 ("name") SELECT c0::text
FROM unnest($1::text[]) AS r(c0) RETURNING t0."id" AS v3) SELECT count(*), NULL::text[], NULL::text[], NULL::text[], array_agg(w.v3::text)
FROM w
-- $1: ["a"]

WITH w AS (INSERT INTO "public"."person" AS t0 ("name", "boss_id") SELECT c0::text, c1::int4
FROM unnest($1::text[], $2::text[]) AS r(c0, c1) RETURNING t0 AS v0, NULL::text AS v1, t0."id" AS v3) SELECT count(*), array_agg(w.v0::text), array_agg(w.v1::text), NULL::text[], array_agg(w.v3::text)
FROM w
-- $1: ["b"]
-- $2: ["1"]

WITH w AS (INSERT INTO "public"."person" AS t0 ("name", "boss_id") SELECT c0::text, c1::int4
FROM unnest($1::text[], $2::text[]) AS r(c0, c1) RETURNING 1 AS one) SELECT count(*), NULL::text[], NULL::text[], NULL::text[]
FROM w
-- $1: ["c"]
-- $2: ["2"]

WITH w AS (
  SELECT (u.written)."id" AS "id", (u.written)."boss_id" AS "boss_id", (u.written)."name" AS "name", u."version" AS "xmin", u."place" AS "place"
  FROM (
    SELECT x.written::"public"."person" AS written, x."version", x."place"
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS x(written, "version", "place")
    WHERE NOT EXISTS (
      SELECT
      FROM "public"."person"
      WHERE false
    )
    OFFSET 0
  ) AS u
) SELECT convert_to(coalesce((
  SELECT '{"name":' || coalesce(selfgraph.json_string(t0."name"), 'null') || CASE WHEN t1."id" IS NULL THEN ',"boss":null,"person":' ELSE ',"boss":{"name":' || coalesce(selfgraph.json_string(t1."name"), 'null') || '},"person":' END || (
    SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
    FROM (
      SELECT '{"name":' || coalesce(selfgraph.json_string(t2."name"), 'null') || '}' AS o
      FROM "public"."person" AS t2
      WHERE t2."boss_id" = t0."id"
      ORDER BY t2."id"
      LIMIT 100001
    ) AS r
  ) || '}' AS o
  FROM w AS t0
  LEFT JOIN "public"."person" AS t1 ON t1."id" = t0."boss_id"
), 'null'), 'UTF8')
-- $1: ["(2,1,b)"]
-- $2: [null]

COMMIT;
