SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || coalesce(selfgraph.json_string(t0."name"), 'null') || '}' AS o
    FROM "public"."genre" AS t0
    WHERE EXISTS (
      SELECT 1
      FROM "public"."track" AS t1
      WHERE t1."genre_id" = t0."genre_id" AND EXISTS (
        SELECT 1
        FROM "public"."album" AS t2
        WHERE t2."album_id" = t1."album_id" AND EXISTS (
          SELECT 1
          FROM "public"."artist" AS t3
          WHERE t3."artist_id" = t2."artist_id" AND t3."name" = $1::text::varchar
        )
      )
    )
    ORDER BY t0."genre_id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "AC/DC"
