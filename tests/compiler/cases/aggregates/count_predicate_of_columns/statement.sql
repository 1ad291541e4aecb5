SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"title":' || selfgraph.json_string(t0."title") || '}' AS o
    FROM "public"."album" AS t0
    WHERE EXISTS (
      SELECT 1
      FROM (
        SELECT count(DISTINCT t1."genre_id") AS value
        FROM "public"."track" AS t1
        WHERE t1."album_id" = t0."album_id"
      ) AS t2
      WHERE t2."value" >= $1::int8
    )
    ORDER BY t0."album_id"
    LIMIT least($2::int8, 100001)
  ) AS r
), 'UTF8')
-- $1: "3"
-- $2: "3"
