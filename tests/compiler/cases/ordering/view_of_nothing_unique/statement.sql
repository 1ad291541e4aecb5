SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"invoiceId":' || t0."invoice_id"::int4::text || ',"total":' || to_json(t0."total"::numeric)::text || '}' AS o
    FROM "public"."invoice" AS t0
    LEFT JOIN "public"."customer" AS t1 ON t1."customer_id" = t0."customer_id"
    ORDER BY t0."total" DESC, t1."last_name", t0."invoice_id"
    LIMIT least($1::int8, 100001)
  ) AS r
), 'UTF8')
-- $1: "3"
