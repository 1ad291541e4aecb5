BEGIN;

WITH w AS (INSERT INTO "public"."player" AS t0 ("id", "name") VALUES ($1::text::int4, $2::text::text) RETURNING t0."id") SELECT convert_to(coalesce((
  SELECT '{"id":' || t1."id"::text || '}' AS o
  FROM w AS t1
), 'null'), 'UTF8')
-- $1: "4"
-- $2: "Adele"

SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"score":' || t0."score"::text || '}' AS o
    FROM "public"."add_points"($1::text) AS t0
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "ade"

WITH w AS (UPDATE "public"."player" AS t0 SET "score" = t0."score" + $1::int4
WHERE t0."id" = $2::int4 RETURNING t0."score", t0."id") SELECT convert_to(coalesce((
  SELECT '{"score":' || t1."score"::text || '}' AS o
  FROM w AS t1
), 'null'), 'UTF8')
-- $1: "1"
-- $2: "4"

COMMIT;
