SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || coalesce(selfgraph.json_string(t0."name"), 'null') || ',"albumAggregate":' || (WITH t2 AS (
      SELECT t1.*
      FROM "public"."album" AS t1
      WHERE t1."artist_id" = t0."artist_id"
      ORDER BY t1."title", t1."album_id"
      LIMIT 100001
    ) SELECT '{"aggregate":' || (
      SELECT '{"count":' || count(*)::text || ',"max":' || '{"title":' || coalesce(selfgraph.json_string(max(t2."title")), 'null') || '}' || '}'
      FROM t2 HAVING true
    ) || ',"nodes":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"title":' || selfgraph.json_string(t3."title") || ',"trackAggregate":' || (WITH t5 AS (
          SELECT t4.*
          FROM "public"."track" AS t4
          WHERE t4."album_id" = t3."album_id"
        ) SELECT '{"aggregate":' || (
          SELECT '{"sum":' || '{"milliseconds":' || coalesce(sum(t5."milliseconds"::int4)::text, 'null') || '}' || '}'
          FROM t5 HAVING true
        ) || '}') || '}' AS o
        FROM t2 AS t3
        ORDER BY t3."title", t3."album_id"
      ) AS r
    ) || '}') || '}' AS o
    FROM "public"."artist" AS t0
    ORDER BY t0."artist_id"
    LIMIT least($1::int8, 100001)
  ) AS r
), 'UTF8')
-- $1: "2"
