INSERT INTO "public"."author" AS t0 ("name", "live") VALUES ($1::text::text, $2::text::bool) RETURNING convert_to('{"live":' || coalesce(t0."live"::bool::text, 'null') || ',"stock":' || t0."stock"::int4::text || '}', 'UTF8')
-- $1: "Dan"
-- $2: null
