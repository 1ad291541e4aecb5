BEGIN;

WITH w AS (DELETE
FROM "public"."book" AS t0
WHERE t0."author_id" = $1::int4 RETURNING t0."id") SELECT convert_to('{"affectedRows":' || (
  SELECT count(*)
  FROM w
)::text || '}', 'UTF8')
-- $1: "1"

WITH w AS (DELETE
FROM "public"."author" AS t0
WHERE t0."id" = $1::int4 RETURNING t0."name", t0."id") SELECT convert_to(coalesce((
  SELECT '{"name":' || selfgraph.json_string(t1."name") || '}' AS o
  FROM w AS t1
), 'null'), 'UTF8')
-- $1: "1"

WITH w AS (INSERT INTO "public"."author" AS t0 ("name") VALUES ($1::text::text) RETURNING t0."id") SELECT convert_to(coalesce((
  SELECT '{"id":' || t1."id"::text || '}' AS o
  FROM w AS t1
), 'null'), 'UTF8')
-- $1: "Ada"

COMMIT;
