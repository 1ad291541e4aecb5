SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"title":' || selfgraph.json_string(t0."title") || '}' AS o
    FROM "public"."album" AS t0
    WHERE EXISTS (
      SELECT 1
      FROM (
        SELECT count(*) AS value
        FROM "public"."track" AS t1
        WHERE t1."album_id" = t0."album_id" AND t1."milliseconds" > $1::int4
      ) AS t2
      WHERE t2."value" > $2::int8 AND t2."value" <= $3::int8
    )
    ORDER BY t0."album_id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "100000"
-- $2: "20"
-- $3: "26"
