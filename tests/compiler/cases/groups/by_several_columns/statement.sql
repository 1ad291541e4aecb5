SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT t1.o
    FROM (
      SELECT '{"__typename":"TrackGroup","key":' || '{"__typename":"TrackGroupKey","mediaTypeId":' || t0."media_type_id"::int4::text || ',"g":' || coalesce(t0."genre_id"::int4::text, 'null') || '}' || ',"aggregate":' || '{"count":' || count(DISTINCT t0."composer")::text || '}' || '}' AS o, t0."genre_id" AS "v0", t0."media_type_id" AS "v1"
      FROM "public"."track" AS t0
      WHERE t0."milliseconds" > $1::int4 GROUP BY t0."genre_id", t0."media_type_id"
    ) AS t1
    ORDER BY t1."v0", t1."v1"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "1500000"
