SELECT convert_to(coalesce((
  SELECT '{"title":' || selfgraph.json_string(t0."title") || ',"track":' || (
    SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
    FROM (
      SELECT '{"name":' || selfgraph.json_string(t1."name") || '}' AS o
      FROM "public"."track" AS t1
      WHERE t1."album_id" = t0."album_id" AND EXISTS (
        SELECT 1
        FROM "public"."genre" AS t2
        WHERE t2."genre_id" = t1."genre_id" AND t2."name" = $1::text::varchar
      ) AND t1."milliseconds" > $2::int4
      ORDER BY t1."track_id"
      LIMIT 100001
    ) AS r
  ) || '}' AS o
  FROM "public"."album" AS t0
  WHERE t0."album_id" = $3::int4
), 'null'), 'UTF8')
-- $1: "Rock"
-- $2: "300000"
-- $3: "4"
