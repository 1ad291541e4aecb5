WITH w AS (UPDATE "public"."region" AS t0 SET "label" = $1::text
WHERE t0."country" = $2::text AND t0."number" = $3::int4 RETURNING t0."label", t0."country", t0."number") SELECT convert_to(coalesce((
  SELECT '{"label":' || coalesce(selfgraph.json_string(t1."label"), 'null') || '}' AS o
  FROM w AS t1
), 'null'), 'UTF8')
-- $1: "Upper"
-- $2: "de"
-- $3: "1"
