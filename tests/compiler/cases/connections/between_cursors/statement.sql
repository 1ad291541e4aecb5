SELECT convert_to((WITH t0 AS (
  SELECT t7.*, row_number() OVER (ORDER BY t7."key0", t7."key1") AS "place", translate(encode(convert_to('["d76f87b6eb30"' || ',' || coalesce(to_json(t7."key0"::text)::text, 'null') || ',' || coalesce(to_json(t7."key1"::text)::text, 'null') || ']', 'UTF8'), 'base64'), E'+/=\n', '-_') AS "cursor"
  FROM (
    SELECT t8.*, t9."title" AS "key0", t8."track_id" AS "key1"
    FROM "public"."track" AS t8
    LEFT JOIN "public"."album" AS t9 ON t9."album_id" = t8."album_id"
    WHERE (((t9."title" > $4::text::varchar OR t9."title" IS NULL)) OR (t9."title" = $4::text::varchar AND t8."track_id" > $5::text::int4)) AND t9."title" <= $2::text::varchar AND ((t9."title" < $2::text::varchar) OR (t9."title" = $2::text::varchar AND t8."track_id" < $3::text::int4))
    ORDER BY t9."title", t8."track_id"
    LIMIT $1::text::int8 + 1
  ) AS t7
) SELECT '{"nodes":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || to_json(t1."name")::text || ',"album":' || CASE WHEN t2."album_id" IS NULL THEN 'null' ELSE '{"title":' || to_json(t2."title")::text || '}' END || '}' AS o
    FROM t0 AS t1
    LEFT JOIN "public"."album" AS t2 ON t2."album_id" = t1."album_id"
    WHERE t1."place" <= $1::text::int8
    ORDER BY t1."place"
  ) AS r
) || ',"pageInfo":' || '{"hasNextPage":' || (EXISTS (
  SELECT 1
  FROM t0
  WHERE "place" > $1::text::int8
) OR EXISTS (
  SELECT 1
  FROM "public"."track" AS t3
  LEFT JOIN "public"."album" AS t4 ON t4."album_id" = t3."album_id"
  WHERE (((t4."title" > $2::text::varchar OR t4."title" IS NULL)) OR (t4."title" = $2::text::varchar AND t3."track_id" > $3::text::int4) OR (t4."title" = $2::text::varchar AND t3."track_id" = $3::text::int4))
))::text || ',"hasPreviousPage":' || (EXISTS (
  SELECT 1
  FROM "public"."track" AS t5
  LEFT JOIN "public"."album" AS t6 ON t6."album_id" = t5."album_id"
  WHERE t6."title" <= $4::text::varchar AND ((t6."title" < $4::text::varchar) OR (t6."title" = $4::text::varchar AND t5."track_id" < $5::text::int4) OR (t6."title" = $4::text::varchar AND t5."track_id" = $5::text::int4))
))::text || '}' || '}'), 'UTF8')
-- $1: "3"
-- $2: "20th Century Masters - The Millennium Collection: The Best of Scorpions"
-- $3: "3291"
-- $4: "20th Century Masters - The Millennium Collection: The Best of Scorpions"
-- $5: "3288"
