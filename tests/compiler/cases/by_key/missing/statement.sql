SELECT convert_to(coalesce((
  SELECT '{"title":' || to_json(t0."title")::text || '}' AS o
  FROM "public"."album" AS t0
  WHERE t0."album_id" = $1::text::int4
), 'null'), 'UTF8')
-- $1: "0"
