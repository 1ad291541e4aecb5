SELECT convert_to(coalesce((
  SELECT '{"title":' || selfgraph.json_string(t0."title") || '}' AS o
  FROM "public"."album" AS t0
  WHERE t0."album_id" = $1::int4
), 'null'), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || coalesce(selfgraph.json_string(t1."name"), 'null') || '}' AS o
    FROM "public"."artist" AS t1
    WHERE t1."artist_id" = $1::int4 AND EXISTS (
      SELECT 1
      FROM "public"."album" AS t2
      WHERE t2."artist_id" = t1."artist_id" AND t2."album_id" = $1::int4
    )
    ORDER BY t1."artist_id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "1"
