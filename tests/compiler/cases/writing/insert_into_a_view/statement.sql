WITH w AS (INSERT INTO "public"."lively" AS t0 ("name") VALUES ($1::text::text) RETURNING t0."id", t0."name", t0."more") SELECT convert_to(coalesce((
  SELECT '{"id":' || coalesce(t1."id"::text, 'null') || ',"name":' || coalesce(selfgraph.json_string(t1."name"), 'null') || ',"more":' || coalesce(t1."more"::text, 'null') || '}' AS o
  FROM w AS t1
), 'null'), 'UTF8')
-- $1: "Dan"
