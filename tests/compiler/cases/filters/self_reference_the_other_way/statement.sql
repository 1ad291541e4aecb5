SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"lastName":' || selfgraph.json_string(t0."last_name") || '}' AS o
    FROM "public"."employee" AS t0
    WHERE EXISTS (
      SELECT 1
      FROM "public"."employee" AS t1
      WHERE t1."reports_to" = t0."employee_id" AND EXISTS (
        SELECT 1
        FROM "public"."employee" AS t2
        WHERE t2."reports_to" = t1."employee_id" AND t2."last_name" = $1::text::varchar
      )
    )
    ORDER BY t0."employee_id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "King"
