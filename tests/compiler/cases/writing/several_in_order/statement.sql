BEGIN;

WITH w AS (DELETE
FROM "public"."book" AS t0
WHERE t0."author_id" = $1::int4 RETURNING t0."id") SELECT convert_to('{"affectedRows":' || (
  SELECT count(*)
  FROM w
)::text || '}', 'UTF8')
-- $1: "1"

DELETE
FROM "public"."author" AS t0
WHERE t0."id" = $1::int4 RETURNING convert_to('{"name":' || selfgraph.json_string(t0."name") || '}', 'UTF8')
-- $1: "1"

INSERT INTO "public"."author" AS t0 ("name") VALUES ($1::text::text) RETURNING convert_to('{"id":' || t0."id"::int4::text || '}', 'UTF8')
-- $1: "Ada"

COMMIT;
