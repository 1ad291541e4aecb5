SELECT convert_to(coalesce((
  SELECT '{"title":' || selfgraph.json_string(t0."title") || '}' AS o
  FROM "public"."album" AS t0
  WHERE t0."album_id" = $1::int4
), 'null'), 'UTF8')
-- $1: "0"
