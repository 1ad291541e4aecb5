INSERT INTO "public"."author" AS t0 ("name") VALUES ($1::text::text) ON CONFLICT ON CONSTRAINT "author_name" DO NOTHING RETURNING convert_to('{"id":' || t0."id"::int4::text || '}', 'UTF8')
-- $1: "Ada"
