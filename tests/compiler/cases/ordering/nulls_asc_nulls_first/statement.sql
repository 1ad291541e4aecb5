SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"employeeId":' || t0."employee_id"::int4::text || ',"reportsTo":' || coalesce(t0."reports_to"::int4::text, 'null') || '}' AS o
    FROM "public"."employee" AS t0
    ORDER BY t0."reports_to" NULLS FIRST, t0."employee_id"
    LIMIT 100001
  ) AS r
), 'UTF8')
