SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"year":' || coalesce(t0."year"::int4::text, 'null') || ',"country":' || coalesce(selfgraph.json_string(t0."country"), 'null') || CASE WHEN t1."name" IS NULL THEN ',"country2":null}' ELSE ',"country2":{"code":' || to_json(t1."code")::text || '}}' END AS o
    FROM "public"."visit" AS t0
    LEFT JOIN "public"."country" AS t1 ON t1."name" = t0."country"
    ORDER BY t0."year"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"visit":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"year":' || coalesce(t3."year"::int4::text, 'null') || '}' AS o
        FROM "public"."visit" AS t3
        WHERE t3."country" = t2."name"
        LIMIT 100001
      ) AS r
    ) || '}' AS o
    FROM "public"."country" AS t2
    ORDER BY t2."code"
    LIMIT 100001
  ) AS r
), 'UTF8')
