INSERT INTO "public"."author" AS t0 ("name") VALUES ($1::text::text) RETURNING convert_to('{"id":' || t0."id"::int4::text || ',"name":' || selfgraph.json_string(t0."name") || '}', 'UTF8')
-- $1: "Dan"
