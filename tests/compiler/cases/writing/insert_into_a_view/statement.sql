INSERT INTO "public"."lively" AS t0 ("name") VALUES ($1::text::text) RETURNING convert_to('{"id":' || coalesce(t0."id"::int4::text, 'null') || ',"name":' || coalesce(selfgraph.json_string(t0."name"), 'null') || ',"more":' || coalesce(t0."more"::int4::text, 'null') || '}', 'UTF8')
-- $1: "Dan"
