SELECT convert_to(coalesce((
  SELECT '{"track":' || CASE WHEN t1."track_id" IS NULL THEN 'null' ELSE '{"name":' || to_json(t1."name")::text || '}' END || '}' AS o
  FROM "public"."playlist_track" AS t0
  LEFT JOIN "public"."track" AS t1 ON t1."track_id" = t0."track_id"
  WHERE t0."playlist_id" = $1::text::int4 AND t0."track_id" = $2::text::int4
), 'null'), 'UTF8')
-- $1: "1"
-- $2: "3402"
