DELETE
FROM "public"."region" AS t0
WHERE t0."country" = $1::text AND t0."number" = $2::int4 RETURNING convert_to('{"label":' || coalesce(selfgraph.json_string(t0."label"), 'null') || '}', 'UTF8')
-- $1: "de"
-- $2: "2"
