SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || ',"courseAggregate":' || (WITH t2 AS (
      SELECT t1.*
      FROM "public"."course" AS t1
      WHERE EXISTS (
        SELECT 1
        FROM "public"."takes" AS t1b
        WHERE t1b."student" = t0."id" AND t1."school" = t1b."school" AND t1."number" = t1b."number"
      ) AND t1."points" > $1::int4
      ORDER BY t1."school", t1."number"
      LIMIT 100001
    ) SELECT '{"aggregate":' || (
      SELECT '{"count":' || count(*)::text || ',"sum":' || '{"points":' || coalesce(sum(t2."points"::int4)::text, 'null') || '}' || '}'
      FROM t2 HAVING true
    ) || ',"nodes":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"title":' || selfgraph.json_string(t3."title") || '}' AS o
        FROM t2 AS t3
        ORDER BY t3."school", t3."number"
      ) AS r
    ) || '}') || '}' AS o
    FROM "public"."student" AS t0
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "2"
