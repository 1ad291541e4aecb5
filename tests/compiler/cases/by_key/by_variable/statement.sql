SELECT convert_to(coalesce((
  SELECT '{"title":' || to_json(t0."title")::text || ',"artist":' || CASE WHEN t1."artist_id" IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(t1."name")::text, 'null') || '}' END || '}' AS o
  FROM "public"."album" AS t0
  LEFT JOIN "public"."artist" AS t1 ON t1."artist_id" = t0."artist_id"
  WHERE t0."album_id" = $1::text::int4
), 'null'), 'UTF8')
-- $1: "4"
