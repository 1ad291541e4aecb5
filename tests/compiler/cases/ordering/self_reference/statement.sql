SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"lastName":' || selfgraph.json_string(t0."last_name") || CASE WHEN t1."employee_id" IS NULL THEN ',"employee":null}' ELSE ',"employee":{"lastName":' || selfgraph.json_string(t1."last_name") || '}}' END AS o
    FROM "public"."employee" AS t0
    LEFT JOIN "public"."employee" AS t1 ON t1."employee_id" = t0."reports_to"
    ORDER BY t1."last_name" NULLS FIRST, t0."last_name", t0."employee_id"
    LIMIT 100001
  ) AS r
), 'UTF8')
