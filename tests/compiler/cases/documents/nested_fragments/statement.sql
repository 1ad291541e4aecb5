SELECT convert_to(coalesce((
  SELECT '{"title":' || selfgraph.json_string(t0."title") || CASE WHEN t1."artist_id" IS NULL THEN ',"artist":null}' ELSE ',"artist":{"name":' || coalesce(selfgraph.json_string(t1."name"), 'null') || ',"artistId":' || t1."artist_id"::int4::text || '}}' END AS o
  FROM "public"."album" AS t0
  LEFT JOIN "public"."artist" AS t1 ON t1."artist_id" = t0."artist_id"
  WHERE t0."album_id" = $1::int4
), 'null'), 'UTF8')
-- $1: "1"
