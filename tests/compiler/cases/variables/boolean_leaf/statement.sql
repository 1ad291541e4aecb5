SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"customerId":' || t0."customer_id"::int4::text || '}' AS o
    FROM "public"."customer" AS t0
    WHERE t0."company" IS NOT NULL
    ORDER BY t0."customer_id"
    LIMIT least($1::int8, 100001)
  ) AS r
), 'UTF8')
-- $1: "1"
