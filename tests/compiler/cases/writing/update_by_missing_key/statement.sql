UPDATE "public"."author" AS t0 SET "name" = $1::text
WHERE t0."id" = $2::int4 RETURNING convert_to('{"id":' || t0."id"::int4::text || '}', 'UTF8')
-- $1: "Nobody"
-- $2: "99"
