SELECT convert_to((
  SELECT '{"nodes":' || '[' || coalesce(array_to_string((array_agg(r.o0))[:$1::int8], ','), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || (count(*) > $1::int8)::text || ',"hasPreviousPage":' || (EXISTS (
    SELECT 1
    FROM "public"."track" AS t1
    WHERE ((t1."composer" IS NOT NULL) OR (t1."composer" IS NULL AND t1."track_id" < $2::int4) OR (t1."composer" IS NULL AND t1."track_id" = $2::int4))
  ))::text || '}' || '}'
  FROM (
    SELECT '{"composer":' || coalesce(selfgraph.json_string(t0."composer"), 'null') || ',"trackId":' || t0."track_id"::int4::text || '}' AS o0
    FROM (
      SELECT t2."track_id", t2."composer", t2."composer" AS "key0", t2."track_id" AS "key1"
      FROM "public"."track" AS t2
      WHERE t2."composer" IS NULL AND ((t2."composer" IS NULL AND t2."track_id" > $2::int4))
      ORDER BY t2."composer", t2."track_id"
      LIMIT $1::int8 + 1
    ) AS t0
    ORDER BY t0."key0", t0."key1"
  ) AS r
), 'UTF8')
-- $1: "2"
-- $2: "67"
