SELECT convert_to((
  SELECT '{"nodes":' || '[' || coalesce(array_to_string((array_agg(r.o0))[count(*) - $1::int8 + 1:], ','), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || (EXISTS (
    SELECT 1
    FROM "public"."album" AS t1
    WHERE t1."title" <= $2::text::varchar AND ((t1."title" < $2::text::varchar) OR (t1."title" = $2::text::varchar AND t1."album_id" > $3::int4) OR (t1."title" = $2::text::varchar AND t1."album_id" = $3::int4))
  ))::text || ',"hasPreviousPage":' || (count(*) > $1::int8)::text || '}' || '}'
  FROM (
    SELECT '{"title":' || selfgraph.json_string(t0."title") || '}' AS o0
    FROM (
      SELECT t2."title", t2."title" AS "key0", t2."album_id" AS "key1"
      FROM "public"."album" AS t2
      WHERE t2."title" >= $2::text::varchar AND ((t2."title" > $2::text::varchar) OR (t2."title" = $2::text::varchar AND t2."album_id" < $3::int4))
      ORDER BY t2."title", t2."album_id" DESC
      LIMIT $1::int8 + 1
    ) AS t0
    ORDER BY t0."key0" DESC, t0."key1"
  ) AS r
), 'UTF8')
-- $1: "2"
-- $2: "Vs."
-- $3: "182"
