SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT CASE WHEN t1."at" IS NULL THEN '{"reading":null}' ELSE '{"reading":{"value":' || coalesce(to_json(t1."value"::float8)::text, 'null') || ',"note":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"id":' || t2."id"::int4::text || '}' AS o
        FROM "public"."note" AS t2
        WHERE t2."reading_at" = t1."at" AND t2."reading_sensor" = t1."sensor"
        ORDER BY t2."id"
        LIMIT 100001
      ) AS r
    ) || '}}' END AS o
    FROM "public"."note" AS t0
    LEFT JOIN "public"."reading" AS t1 ON t1."at" = t0."reading_at" AND t1."sensor" = t0."reading_sensor"
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
