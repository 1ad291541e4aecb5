SELECT convert_to((
  SELECT '{"nodes":' || '[' || coalesce(array_to_string((array_agg(r.o0))[:$1::int8], ','), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || (count(*) > $1::int8 OR EXISTS (
    SELECT 1
    FROM "public"."track" AS t2
    LEFT JOIN "public"."album" AS t3 ON t3."album_id" = t2."album_id"
    WHERE (((t3."title" > $2::text::varchar OR t3."title" IS NULL)) OR (t3."title" = $2::text::varchar AND t2."track_id" > $3::int4) OR (t3."title" = $2::text::varchar AND t2."track_id" = $3::int4))
  ))::text || ',"hasPreviousPage":' || (EXISTS (
    SELECT 1
    FROM "public"."track" AS t4
    LEFT JOIN "public"."album" AS t5 ON t5."album_id" = t4."album_id"
    WHERE t5."title" <= $4::text::varchar AND ((t5."title" < $4::text::varchar) OR (t5."title" = $4::text::varchar AND t4."track_id" < $5::int4) OR (t5."title" = $4::text::varchar AND t4."track_id" = $5::int4))
  ))::text || '}' || '}'
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || CASE WHEN t1."album_id" IS NULL THEN ',"album":null}' ELSE ',"album":{"title":' || selfgraph.json_string(t1."title") || '}}' END AS o0
    FROM (
      SELECT t6."name", t6."album_id", t7."title" AS "key0", t6."track_id" AS "key1"
      FROM "public"."track" AS t6
      LEFT JOIN "public"."album" AS t7 ON t7."album_id" = t6."album_id"
      WHERE (((t7."title" > $4::text::varchar OR t7."title" IS NULL)) OR (t7."title" = $4::text::varchar AND t6."track_id" > $5::int4)) AND t7."title" <= $2::text::varchar AND ((t7."title" < $2::text::varchar) OR (t7."title" = $2::text::varchar AND t6."track_id" < $3::int4))
      ORDER BY t7."title", t6."track_id"
      LIMIT $1::int8 + 1
    ) AS t0
    LEFT JOIN "public"."album" AS t1 ON t1."album_id" = t0."album_id"
    ORDER BY t0."key0", t0."key1"
  ) AS r
), 'UTF8')
-- $1: "3"
-- $2: "20th Century Masters - The Millennium Collection: The Best of Scorpions"
-- $3: "3291"
-- $4: "20th Century Masters - The Millennium Collection: The Best of Scorpions"
-- $5: "3288"
