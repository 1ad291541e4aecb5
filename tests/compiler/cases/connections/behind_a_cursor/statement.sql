SELECT convert_to((
  SELECT '{"nodes":' || '[' || coalesce(array_to_string((array_agg(r.o0))[:$1::int8], ','), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || (count(*) > $1::int8)::text || ',"hasPreviousPage":' || (EXISTS (
    SELECT 1
    FROM "public"."album" AS t1
    WHERE (t1."album_id") <= ($2::int4)
  ))::text || '}' || '}'
  FROM (
    SELECT '{"albumId":' || t0."album_id"::int4::text || '}' AS o0
    FROM (
      SELECT t2."album_id", t2."album_id" AS "key0"
      FROM "public"."album" AS t2
      WHERE (t2."album_id") > ($2::int4)
      ORDER BY t2."album_id"
      LIMIT $1::int8 + 1
    ) AS t0
    ORDER BY t0."key0"
  ) AS r
), 'UTF8')
-- $1: "2"
-- $2: "7"
