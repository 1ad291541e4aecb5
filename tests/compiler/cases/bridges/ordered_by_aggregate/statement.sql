SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || '}' AS o
    FROM "public"."student" AS t0
    ORDER BY (
      SELECT sum(t1."points"::int4)
      FROM "public"."course" AS t1
      WHERE EXISTS (
        SELECT 1
        FROM "public"."takes" AS t1b
        WHERE t1b."student" = t0."id" AND t1."school" = t1b."school" AND t1."number" = t1b."number"
      )
    ) DESC NULLS LAST, t0."name", t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
