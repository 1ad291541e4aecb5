SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || CASE WHEN t1."league" IS NULL THEN ',"season":null}' ELSE ',"season":{"league":' || selfgraph.json_string(t1."league") || ',"year":' || t1."year"::int4::text || '}}' END AS o
    FROM "public"."entry" AS t0
    LEFT JOIN "public"."season" AS t1 ON t1."league" = t0."league" AND t1."year" = t0."year"
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"year":' || t2."year"::int4::text || ',"entry":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT CASE WHEN t4."id" IS NULL THEN '{"team":null}' ELSE '{"team":{"name":' || selfgraph.json_string(t4."name") || '}}' END AS o
        FROM "public"."entry" AS t3
        LEFT JOIN "public"."team" AS t4 ON t4."id" = t3."team_id"
        WHERE t3."league" = t2."league" AND t3."year" = t2."year"
        ORDER BY t3."id"
        LIMIT 100001
      ) AS r
    ) || '}' AS o
    FROM "public"."season" AS t2
    ORDER BY t2."league", t2."year"
    LIMIT 100001
  ) AS r
), 'UTF8')
