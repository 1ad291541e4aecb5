SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT t1.o
    FROM (
      SELECT '{"aggregate":' || '{"count":' || count(*)::text || '}' || '}' AS o
      FROM "public"."track" AS t0 GROUP BY ()
    ) AS t1
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT t3.o
    FROM (
      SELECT '{"aggregate":' || '{"count":' || count(*)::text || ',"sum":' || '{"bytes":' || coalesce(sum(t2."bytes"::int4)::text, 'null') || '}' || '}' || '}' AS o
      FROM "public"."track" AS t2
      WHERE t2."track_id" < $1::int4 GROUP BY ()
    ) AS t3
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "0"
