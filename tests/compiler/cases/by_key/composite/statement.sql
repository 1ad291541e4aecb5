SELECT convert_to(coalesce((
  SELECT CASE WHEN t1."track_id" IS NULL THEN '{"track":null}' ELSE '{"track":{"name":' || selfgraph.json_string(t1."name") || '}}' END AS o
  FROM "public"."playlist_track" AS t0
  LEFT JOIN "public"."track" AS t1 ON t1."track_id" = t0."track_id"
  WHERE t0."playlist_id" = $1::int4 AND t0."track_id" = $2::int4
), 'null'), 'UTF8')
-- $1: "1"
-- $2: "3402"
