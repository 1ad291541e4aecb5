SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"letter":' || coalesce(selfgraph.json_string(t0."letter"), 'null') || ',"number":' || coalesce(t0."number"::int8::text, 'null') || '}' AS o
    FROM "public"."initial" AS t0
    ORDER BY t0."letter" DESC
    LIMIT 100001
  ) AS r
), 'UTF8')
