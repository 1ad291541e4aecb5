WITH w AS (UPDATE "public"."author" AS t0 SET "name" = $1::text
WHERE t0."id" = $2::int4 RETURNING t0."id") SELECT convert_to(coalesce((
  SELECT '{"id":' || t1."id"::text || '}' AS o
  FROM w AS t1
), 'null'), 'UTF8')
-- $1: "Nobody"
-- $2: "99"
