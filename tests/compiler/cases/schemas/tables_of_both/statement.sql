SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || ',"orders":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"id":' || t1."id"::int4::text || '}' AS o
        FROM "sales"."orders" AS t1
        WHERE t1."customer_id" = t0."id"
        ORDER BY t1."id"
        LIMIT 100001
      ) AS r
    ) || '}' AS o
    FROM "public"."customer" AS t0
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"level":' || selfgraph.json_string(t2."level") || '}' AS o
    FROM "sales"."customer" AS t2
    ORDER BY t2."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to(coalesce((
  SELECT '{"__typename":"SalesCustomer"}' AS o
  FROM "sales"."customer" AS t3
  WHERE t3."id" = $1::int4
), 'null'), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT CASE WHEN t5."id" IS NULL THEN '{"customer":null,"secretId":' ELSE '{"customer":{"name":' || selfgraph.json_string(t5."name") || '},"secretId":' END || coalesce(t4."secret_id"::int4::text, 'null') || '}' AS o
    FROM "sales"."orders" AS t4
    LEFT JOIN "public"."customer" AS t5 ON t5."id" = t4."customer_id"
    ORDER BY t4."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "1"
