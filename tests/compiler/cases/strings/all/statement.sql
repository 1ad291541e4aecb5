SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || '"' || t0."id"::int8::text || '"' || ',"exact":' || coalesce('"' || t0."exact"::numeric::text || '"', 'null') || '}' AS o
    FROM "public"."amount" AS t0
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
