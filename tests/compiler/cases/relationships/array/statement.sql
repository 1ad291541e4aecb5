SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || ',"team":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"name":' || selfgraph.json_string(t1."name") || '}' AS o
        FROM "public"."team" AS t1
        WHERE t1."country_code" = t0."code"
        ORDER BY t1."id"
        LIMIT 100001
      ) AS r
    ) || '}' AS o
    FROM "public"."country" AS t0
    ORDER BY t0."code"
    LIMIT 100001
  ) AS r
), 'UTF8')
