SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || coalesce(selfgraph.json_string(t0."name"), 'null') || ',"albumAggregate":' || (WITH t2 AS (
      SELECT t1.*
      FROM "public"."album" AS t1
      WHERE t1."artist_id" = t0."artist_id"
    ) SELECT '{"aggregate":' || (
      SELECT '{"count":' || count(*)::text || '}'
      FROM t2 HAVING true
    ) || '}') || '}' AS o
    FROM "public"."artist" AS t0
    ORDER BY (
      SELECT count(*)
      FROM "public"."album" AS t3
      WHERE t3."artist_id" = t0."artist_id"
    ) DESC, t0."artist_id"
    LIMIT least($1::int8, 100001)
  ) AS r
), 'UTF8')
-- $1: "2"
