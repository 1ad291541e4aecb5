SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT CASE WHEN t1."team_id" IS NULL THEN '{"passport":null}' ELSE '{"passport":{"number":' || selfgraph.json_string(t1."number") || CASE WHEN t2."id" IS NULL THEN ',"team":null}' ELSE ',"team":{"name":' || selfgraph.json_string(t2."name") || '}}' END || '}' END AS o
    FROM "public"."team" AS t0
    LEFT JOIN "public"."passport" AS t1 ON t1."team_id" = t0."id"
    LEFT JOIN "public"."team" AS t2 ON t2."id" = t1."team_id"
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
