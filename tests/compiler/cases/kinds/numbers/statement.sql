SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"ratio":' || coalesce(to_json(t0."ratio")::text, 'null') || ',"money":' || coalesce(to_json(t0."money"::numeric)::text, 'null') || '}' AS o
    FROM "public"."account" AS t0
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
