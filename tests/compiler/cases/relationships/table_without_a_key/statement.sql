SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"text":' || selfgraph.json_string(t0."text") || ',"person":' || t0."person"::int4::text || CASE WHEN t1."id" IS NULL THEN ',"personByPerson":null}' ELSE ',"personByPerson":{"name":' || selfgraph.json_string(t1."name") || '}}' END AS o
    FROM "public"."nickname" AS t0
    LEFT JOIN "public"."person" AS t1 ON t1."id" = t0."person"
    ORDER BY t0."text"
    LIMIT 100001
  ) AS r
), 'UTF8')
