INSERT INTO "public"."region" AS t0 ("country", "number", "label") VALUES ($2::text::text, $3::text::int4, $4::text::text) RETURNING convert_to(CASE WHEN NOT ((t0."country" = $1::text) IS TRUE) THEN selfgraph.refuse_row('public', 'region') ELSE '{"number":' || t0."number"::int4::text || ',"label":' || coalesce(selfgraph.json_string(t0."label"), 'null') || '}' END, 'UTF8')
-- $1: "de"
-- $2: "de"
-- $3: "9"
-- $4: "West"
