SELECT convert_to(coalesce((
  SELECT '{"title":' || selfgraph.json_string(t0."title") || ',"albumId":' || t0."album_id"::int4::text || ',"artistId":' || t0."artist_id"::int4::text || '}' AS o
  FROM "public"."album" AS t0
  WHERE t0."album_id" = $1::int4
), 'null'), 'UTF8')
-- $1: "1"
