SELECT convert_to(coalesce((
  SELECT '{"pieces":' || t0."pieces"::int4::text || CASE WHEN t1."value" IS NULL THEN ',"colorByColor":null}' ELSE ',"colorByColor":{"value":' || selfgraph.json_string(t1."value") || ',"comment":' || coalesce(selfgraph.json_string(t1."comment"), 'null') || '}}' END AS o
  FROM "public"."stock" AS t0
  LEFT JOIN "public"."color" AS t1 ON t1."value" = t0."color"
  WHERE t0."color" = $1::text AND t0."place" = $2::int4
), 'null'), 'UTF8')
-- $1: "red"
-- $2: "2"
