SELECT convert_to(coalesce((
  SELECT '{"genreId":' || t0."genre_id"::int4::text || ',"b":' || coalesce(selfgraph.json_string(t0."name"), 'null') || '}' AS o
  FROM "public"."genre" AS t0
  WHERE t0."genre_id" = $1::int4
), 'null'), 'UTF8')
-- $1: "1"
