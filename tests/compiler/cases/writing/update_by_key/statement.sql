UPDATE "public"."region" AS t0 SET "label" = $1::text
WHERE t0."country" = $2::text AND t0."number" = $3::int4 RETURNING convert_to('{"label":' || coalesce(selfgraph.json_string(t0."label"), 'null') || '}', 'UTF8')
-- $1: "Upper"
-- $2: "de"
-- $3: "1"
