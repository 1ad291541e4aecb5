SELECT convert_to(coalesce((
  SELECT '{"id":' || '"' || t0."id"::int8::text || '"' || ',"exact":' || coalesce('"' || t0."exact"::numeric::text || '"', 'null') || '}' AS o
  FROM "public"."amount" AS t0
  WHERE t0."id" = $1::int8
), 'null'), 'UTF8')
-- $1: "9007199254740993"
