SELECT convert_to((WITH t0 AS (
  SELECT t3.*, row_number() OVER (ORDER BY t3."key0" DESC, t3."key1", t3."key2") AS "place", translate(encode(convert_to('["ded3a8378014"' || ',' || coalesce(to_json(t3."key0"::text)::text, 'null') || ',' || coalesce(to_json(t3."key1"::text)::text, 'null') || ',' || coalesce(to_json(t3."key2"::text)::text, 'null') || ']', 'UTF8'), 'base64'), E'+/=\n', '-_') AS "cursor"
  FROM (
    SELECT t4.*, t4."unit_price" AS "key0", t4."name" AS "key1", t4."track_id" AS "key2"
    FROM "public"."track" AS t4
    WHERE t4."unit_price" <= $2::text::numeric AND ((t4."unit_price" < $2::text::numeric) OR (t4."unit_price" = $2::text::numeric AND t4."name" > $3::text::varchar) OR (t4."unit_price" = $2::text::numeric AND t4."name" = $3::text::varchar AND t4."track_id" > $4::text::int4))
    ORDER BY t4."unit_price" DESC, t4."name", t4."track_id"
    LIMIT $1::text::int8 + 1
  ) AS t3
) SELECT '{"nodes":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"unitPrice":' || to_json(t1."unit_price")::text || ',"name":' || to_json(t1."name")::text || '}' AS o
    FROM t0 AS t1
    WHERE t1."place" <= $1::text::int8
    ORDER BY t1."place"
  ) AS r
) || ',"pageInfo":' || '{"hasNextPage":' || (EXISTS (
  SELECT 1
  FROM t0
  WHERE "place" > $1::text::int8
))::text || ',"hasPreviousPage":' || (EXISTS (
  SELECT 1
  FROM "public"."track" AS t2
  WHERE t2."unit_price" >= $2::text::numeric AND ((t2."unit_price" > $2::text::numeric) OR (t2."unit_price" = $2::text::numeric AND t2."name" < $3::text::varchar) OR (t2."unit_price" = $2::text::numeric AND t2."name" = $3::text::varchar AND t2."track_id" < $4::text::int4) OR (t2."unit_price" = $2::text::numeric AND t2."name" = $3::text::varchar AND t2."track_id" = $4::text::int4))
))::text || '}' || '}'), 'UTF8')
-- $1: "2"
-- $2: "1.99"
-- $3: "Women's Appreciation"
-- $4: "3220"
