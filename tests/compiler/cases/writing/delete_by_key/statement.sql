WITH w AS (DELETE
FROM "public"."region" AS t0
WHERE t0."country" = $1::text AND t0."number" = $2::int4 RETURNING t0."label", t0."country", t0."number") SELECT convert_to(coalesce((
  SELECT '{"label":' || coalesce(selfgraph.json_string(t1."label"), 'null') || '}' AS o
  FROM w AS t1
), 'null'), 'UTF8')
-- $1: "de"
-- $2: "2"
