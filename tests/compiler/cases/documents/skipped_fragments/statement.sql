SELECT convert_to(coalesce((
  SELECT '{"name":' || coalesce(selfgraph.json_string(t0."name"), 'null') || ',"genreId":' || t0."genre_id"::int4::text || '}' AS o
  FROM "public"."genre" AS t0
  WHERE t0."genre_id" = $1::int4
), 'null'), 'UTF8')
-- $1: "1"
