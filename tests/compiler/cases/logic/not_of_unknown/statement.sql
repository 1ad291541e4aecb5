SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"customerId":' || t0."customer_id"::int4::text || '}' AS o
    FROM "public"."customer" AS t0
    WHERE t0."company" = $1::text::varchar
    ORDER BY t0."customer_id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"customerId":' || t1."customer_id"::int4::text || ',"company":' || coalesce(selfgraph.json_string(t1."company"), 'null') || '}' AS o
    FROM "public"."customer" AS t1
    WHERE NOT (t1."company" = $2::text::varchar)
    ORDER BY t1."customer_id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "x"
-- $2: "x"
