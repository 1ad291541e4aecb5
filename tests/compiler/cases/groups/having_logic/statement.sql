SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT t1.o
    FROM (
      SELECT '{"key":' || '{"composer":' || coalesce(selfgraph.json_string(t0."composer"), 'null') || '}' || ',"aggregate":' || '{"count":' || count(*)::text || '}' || '}' AS o, count(DISTINCT t0."album_id") AS "v0", min(t0."milliseconds"::int4) AS "v1", max(t0."name") AS "v2", trim_scale(avg(t0."milliseconds"::int4)) AS "v3", t0."composer" AS "v4"
      FROM "public"."track" AS t0 GROUP BY t0."composer"
    ) AS t1
    WHERE (t1."v0" > $1::int8 OR NOT (t1."v1" < $2::int4) OR (t1."v2" LIKE $3::text AND t1."v3" >= $4::numeric))
    ORDER BY t1."v4"
    LIMIT least($5::int8, 100001)
  ) AS r
), 'UTF8')
-- $1: "40"
-- $2: "2000000"
-- $3: "Z%"
-- $4: "300000.5"
-- $5: "4"
