WITH w AS (DELETE
FROM "public"."region" AS t0
WHERE t0."country" = $1::text AND t0."number" = $2::text::int4 RETURNING t0."label", t0."country", t0."number") SELECT convert_to(coalesce((
  SELECT '{"label":' || coalesce(to_json(t1."label")::text, 'null') || '}' AS o
  FROM w AS t1
), 'null'), 'UTF8')
-- $1: "de"
-- $2: "2"
