SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || CASE WHEN t1."code" IS NULL THEN ',"country":null}' ELSE ',"country":{"name":' || selfgraph.json_string(t1."name") || '}}' END AS o
    FROM "public"."team" AS t0
    LEFT JOIN "public"."country" AS t1 ON t1."code" = t0."country_code"
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
