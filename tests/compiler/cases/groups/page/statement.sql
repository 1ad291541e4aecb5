SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT t1.o
    FROM (
      SELECT '{"key":' || '{"albumId":' || coalesce(t0."album_id"::int4::text, 'null') || '}' || ',"aggregate":' || '{"stddevSamp":' || '{"milliseconds":' || coalesce(to_json(trim_scale(stddev_samp(t0."milliseconds"::int4)))::text, 'null') || '}' || '}' || '}' AS o, t0."album_id" AS "v0"
      FROM "public"."track" AS t0 GROUP BY t0."album_id"
    ) AS t1
    ORDER BY t1."v0" DESC NULLS LAST
    LIMIT least($1::int8, 100001)
    OFFSET $2::int8
  ) AS r
), 'UTF8')
-- $1: "2"
-- $2: "3"
