SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || to_json(t0."name")::text || ',"country":' || CASE WHEN t1."code" IS NULL THEN 'null' ELSE '{"name":' || to_json(t1."name")::text || '}' END || '}' AS o
    FROM "public"."team" AS t0
    LEFT JOIN "public"."country" AS t1 ON t1."code" = t0."country_code"
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
