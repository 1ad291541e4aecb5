SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"text":' || to_json(t0."text")::text || ',"person":' || t0."person"::text || ',"personByPerson":' || CASE WHEN t1."id" IS NULL THEN 'null' ELSE '{"name":' || to_json(t1."name")::text || '}' END || '}' AS o
    FROM "public"."nickname" AS t0
    LEFT JOIN "public"."person" AS t1 ON t1."id" = t0."person"
    ORDER BY t0."text"
    LIMIT 100001
  ) AS r
), 'UTF8')
