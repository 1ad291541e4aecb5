BEGIN;

WITH w AS (UPDATE "public"."author" AS t0 SET "stock" = $1::int4
WHERE t0."id" = $2::int4 RETURNING t0."id", t0."stock") SELECT convert_to('{"affectedRows":' || (
  SELECT count(*)
  FROM w
)::text || ',"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t1."id"::int4::text || ',"stock":' || t1."stock"::int4::text || '}' AS o
    FROM w AS t1
    ORDER BY t1."id"
  ) AS r
) || '}', 'UTF8')
-- $1: "100"
-- $2: "1"

WITH w AS (UPDATE "public"."author" AS t0 SET "stock" = t0."stock" + $1::int4
WHERE t0."stock" >= $2::int4 RETURNING t0."id", t0."stock") SELECT convert_to('{"affectedRows":' || (
  SELECT count(*)
  FROM w
)::text || ',"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t1."id"::int4::text || ',"stock":' || t1."stock"::int4::text || '}' AS o
    FROM w AS t1
    ORDER BY t1."id"
  ) AS r
) || '}', 'UTF8')
-- $1: "1"
-- $2: "100"

COMMIT;
