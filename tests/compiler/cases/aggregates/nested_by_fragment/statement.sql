SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"albumAggregate":' || (WITH t2 AS (
      SELECT t1.*
      FROM "public"."album" AS t1
      WHERE t1."artist_id" = t0."artist_id"
      ORDER BY t1."album_id"
      LIMIT 100001
    ) SELECT '{"all":' || (
      SELECT '{"n":' || count(*)::text || '}'
      FROM t2 HAVING true
    ) || ',"aggregate":' || (
      SELECT '{"max":' || '{"title":' || coalesce(selfgraph.json_string(max(t2."title")), 'null') || '}' || '}'
      FROM t2 HAVING true
    ) || ',"nodes":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"title":' || selfgraph.json_string(t3."title") || '}' AS o
        FROM t2 AS t3
        ORDER BY t3."album_id"
      ) AS r
    ) || '}') || '}' AS o
    FROM "public"."artist" AS t0
    WHERE t0."artist_id" = $1::int4
    ORDER BY t0."artist_id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "1"
