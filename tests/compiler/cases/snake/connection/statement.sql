SELECT convert_to((
  SELECT '{"nodes":' || '[' || coalesce(array_to_string((array_agg(r.o0))[:$1::int8], ','), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || (count(*) > $1::int8)::text || '}' || ',"totalCount":' || (
    SELECT count(*)::text
    FROM "public"."invoice_line" AS t1
  ) || '}'
  FROM (
    SELECT '{"unit_price":' || to_json(t0."unit_price"::numeric)::text || '}' AS o0
    FROM (
      SELECT t2."unit_price", t2."unit_price" AS "key0", t2."invoice_line_id" AS "key1"
      FROM "public"."invoice_line" AS t2
      ORDER BY t2."unit_price" DESC NULLS LAST, t2."invoice_line_id"
      LIMIT $1::int8 + 1
    ) AS t0
    ORDER BY t0."key0" DESC NULLS LAST, t0."key1"
  ) AS r
), 'UTF8')
-- $1: "1"
