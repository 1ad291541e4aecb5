SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || ',"member":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT CASE WHEN t2."id" IS NULL THEN '{"team":null}' ELSE '{"team":{"name":' || selfgraph.json_string(t2."name") || '}}' END AS o
        FROM "public"."member" AS t1
        LEFT JOIN "public"."team" AS t2 ON t2."id" = t1."team_id"
        WHERE t1."person_id" = t0."id"
        ORDER BY t1."person_id", t1."team_id"
        LIMIT 100001
      ) AS r
    ) || '}' AS o
    FROM "public"."person" AS t0
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t3."name") || ',"member":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT CASE WHEN t5."id" IS NULL THEN '{"person":null}' ELSE '{"person":{"name":' || selfgraph.json_string(t5."name") || '}}' END AS o
        FROM "public"."member" AS t4
        LEFT JOIN "public"."person" AS t5 ON t5."id" = t4."person_id"
        WHERE t4."team_id" = t3."id"
        ORDER BY t4."person_id", t4."team_id"
        LIMIT 100001
      ) AS r
    ) || '}' AS o
    FROM "public"."team" AS t3
    ORDER BY t3."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
