SELECT convert_to((
  SELECT '{"nodes":' || '[' || coalesce(array_to_string((array_agg(r.o0))[:$1::int8], ','), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || (count(*) > $1::int8)::text || ',"hasPreviousPage":' || (EXISTS (
    SELECT 1
    FROM "public"."track" AS t1
    WHERE t1."unit_price" >= $2::numeric AND ((t1."unit_price" > $2::numeric) OR (t1."unit_price" = $2::numeric AND t1."name" < $3::text::varchar) OR (t1."unit_price" = $2::numeric AND t1."name" = $3::text::varchar AND t1."track_id" < $4::int4) OR (t1."unit_price" = $2::numeric AND t1."name" = $3::text::varchar AND t1."track_id" = $4::int4))
  ))::text || '}' || '}'
  FROM (
    SELECT '{"unitPrice":' || to_json(t0."unit_price"::numeric)::text || ',"name":' || selfgraph.json_string(t0."name") || '}' AS o0
    FROM (
      SELECT t2."name", t2."unit_price", t2."unit_price" AS "key0", t2."name" AS "key1", t2."track_id" AS "key2"
      FROM "public"."track" AS t2
      WHERE t2."unit_price" <= $2::numeric AND ((t2."unit_price" < $2::numeric) OR (t2."unit_price" = $2::numeric AND t2."name" > $3::text::varchar) OR (t2."unit_price" = $2::numeric AND t2."name" = $3::text::varchar AND t2."track_id" > $4::int4))
      ORDER BY t2."unit_price" DESC, t2."name", t2."track_id"
      LIMIT $1::int8 + 1
    ) AS t0
    ORDER BY t0."key0" DESC, t0."key1", t0."key2"
  ) AS r
), 'UTF8')
-- $1: "2"
-- $2: "1.99"
-- $3: "Women's Appreciation"
-- $4: "3220"
