SELECT convert_to((WITH t0 AS (
  SELECT t3.*, row_number() OVER (ORDER BY t3."key0" DESC NULLS LAST, t3."key1") AS "place", translate(encode(convert_to('["6d112b0e8749"' || ',' || coalesce(to_json(t3."key0"::text)::text, 'null') || ',' || coalesce(to_json(t3."key1"::text)::text, 'null') || ']', 'UTF8'), 'base64'), E'+/=\n', '-_') AS "cursor"
  FROM (
    SELECT t4.*, t4."unit_price" AS "key0", t4."invoice_line_id" AS "key1"
    FROM "public"."invoice_line" AS t4
    ORDER BY t4."unit_price" DESC NULLS LAST, t4."invoice_line_id"
    LIMIT $1::text::int8 + 1
  ) AS t3
) SELECT '{"nodes":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"unit_price":' || to_json(t1."unit_price")::text || '}' AS o
    FROM t0 AS t1
    WHERE t1."place" <= $1::text::int8
    ORDER BY t1."place"
  ) AS r
) || ',"pageInfo":' || '{"hasNextPage":' || (EXISTS (
  SELECT 1
  FROM t0
  WHERE "place" > $1::text::int8
))::text || '}' || ',"totalCount":' || (
  SELECT count(*)::text
  FROM "public"."invoice_line" AS t2
) || '}'), 'UTF8')
-- $1: "1"
