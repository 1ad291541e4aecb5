SELECT convert_to(coalesce((
  SELECT '{"name":' || coalesce(to_json(t0."name")::text, 'null') || '}' AS o
  FROM "public"."genre" AS t0
  WHERE t0."genre_id" = $1::text::int4
), 'null'), 'UTF8')
-- $1: "1"
