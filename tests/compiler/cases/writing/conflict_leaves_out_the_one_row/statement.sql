WITH w AS (INSERT INTO "public"."author" AS t0 ("name") VALUES ($1::text::text) ON CONFLICT ON CONSTRAINT "author_name" DO NOTHING RETURNING t0."id") SELECT convert_to(coalesce((
  SELECT '{"id":' || t1."id"::text || '}' AS o
  FROM w AS t1
), 'null'), 'UTF8')
-- $1: "Ada"
