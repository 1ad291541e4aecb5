WITH w AS (INSERT INTO "public"."author" AS t0 ("name") VALUES ($1::text::text) RETURNING t0."id", t0."name") SELECT convert_to(coalesce((
  SELECT '{"id":' || t1."id"::text || ',"name":' || selfgraph.json_string(t1."name") || '}' AS o
  FROM w AS t1
), 'null'), 'UTF8')
-- $1: "Dan"
