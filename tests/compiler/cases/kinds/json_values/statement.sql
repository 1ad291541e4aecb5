SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"raw":' || coalesce(t0."raw"::json::text, 'null') || ',"data":' || coalesce(t0."data"::jsonb::text, 'null') || '}' AS o
    FROM "public"."account" AS t0
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
