WITH w AS (INSERT INTO "public"."author" AS t0 ("name", "live") VALUES ($1::text::text, $2::text::bool) RETURNING t0."live", t0."stock") SELECT convert_to(coalesce((
  SELECT '{"live":' || coalesce(t1."live"::text, 'null') || ',"stock":' || t1."stock"::text || '}' AS o
  FROM w AS t1
), 'null'), 'UTF8')
-- $1: "Dan"
-- $2: null
