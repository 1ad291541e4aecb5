SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"title":' || selfgraph.json_string(t0."title") || '}' AS o
    FROM "public"."album" AS t0
    WHERE EXISTS (
      SELECT 1
      FROM "public"."artist" AS t1
      WHERE t1."artist_id" = t0."artist_id" AND t1."name" = $1::text::varchar
    )
    ORDER BY t0."album_id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "AC/DC"
