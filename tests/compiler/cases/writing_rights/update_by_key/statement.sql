BEGIN;

UPDATE "public"."author" AS t0 SET "stock" = $3::int4, "live" = $2::text::bool
WHERE t0."id" = $4::int4 AND t0."live" = $2::text::bool AND t0."id" = $5::int4 RETURNING convert_to(CASE WHEN NOT ((t0."stock" <= $1::int4) IS TRUE) THEN selfgraph.refuse_row('public', 'author') ELSE CASE WHEN t0."live" = $2::text::bool THEN '{"id":' || t0."id"::int4::text || ',"stock":' || t0."stock"::int4::text || '}' ELSE 'null' END END, 'UTF8')
-- $1: "9"
-- $2: "true"
-- $3: "8"
-- $4: "2"
-- $5: "2"

UPDATE "public"."author" AS t0 SET "stock" = $3::int4, "live" = $2::text::bool
WHERE t0."id" = $4::int4 AND t0."live" = $2::text::bool AND t0."id" = $5::int4 RETURNING convert_to(CASE WHEN NOT ((t0."stock" <= $1::int4) IS TRUE) THEN selfgraph.refuse_row('public', 'author') ELSE CASE WHEN t0."live" = $2::text::bool THEN '{"id":' || t0."id"::int4::text || ',"stock":' || t0."stock"::int4::text || '}' ELSE 'null' END END, 'UTF8')
-- $1: "9"
-- $2: "true"
-- $3: "8"
-- $4: "2"
-- $5: "1"

COMMIT;
