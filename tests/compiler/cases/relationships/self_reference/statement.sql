SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || CASE WHEN t1."id" IS NULL THEN ',"parent":null,"person":' ELSE ',"parent":{"name":' || selfgraph.json_string(t1."name") || CASE WHEN t2."id" IS NULL THEN ',"parent":null}' ELSE ',"parent":{"name":' || selfgraph.json_string(t2."name") || '}}' END || ',"person":' END || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"name":' || selfgraph.json_string(t3."name") || '}' AS o
        FROM "public"."person" AS t3
        WHERE t3."parent_id" = t0."id"
        ORDER BY t3."id"
        LIMIT 100001
      ) AS r
    ) || '}' AS o
    FROM "public"."person" AS t0
    LEFT JOIN "public"."person" AS t1 ON t1."id" = t0."parent_id"
    LEFT JOIN "public"."person" AS t2 ON t2."id" = t1."parent_id"
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
