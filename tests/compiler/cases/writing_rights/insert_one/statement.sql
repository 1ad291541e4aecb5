BEGIN;

INSERT INTO "public"."author" AS t0 ("name", "stock", "code", "mood") VALUES ($3::text::text, $4::text::int4, $5::text::varchar, $6::text::"public"."mood") RETURNING convert_to(CASE WHEN NOT ((t0."stock" <= $1::int4) IS TRUE) THEN selfgraph.refuse_row('public', 'author') ELSE CASE WHEN t0."live" = $2::text::bool THEN '{"name":' || selfgraph.json_string(t0."name") || ',"stock":' || t0."stock"::int4::text || '}' ELSE 'null' END END, 'UTF8')
-- $1: "50"
-- $2: "true"
-- $3: "Eve"
-- $4: "7"
-- $5: "c2"
-- $6: "happy"

INSERT INTO "public"."author" AS t0 ("name", "live", "code", "mood") VALUES ($3::text::text, $4::text::bool, $5::text::varchar, $6::text::"public"."mood") RETURNING convert_to(CASE WHEN NOT ((t0."stock" <= $1::int4) IS TRUE) THEN selfgraph.refuse_row('public', 'author') ELSE CASE WHEN t0."live" = $2::text::bool THEN '{"name":' || selfgraph.json_string(t0."name") || ',"stock":' || t0."stock"::int4::text || '}' ELSE 'null' END END, 'UTF8')
-- $1: "50"
-- $2: "true"
-- $3: "Fay"
-- $4: "false"
-- $5: "c2"
-- $6: "happy"

COMMIT;
