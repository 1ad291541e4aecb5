SELECT convert_to((WITH t0 AS (
  SELECT t4.*, row_number() OVER (ORDER BY t4."key0", t4."key1" DESC, t4."key2") AS "place", translate(encode(convert_to('["526ddb61285b"' || ',' || coalesce(to_json(t4."key0"::text)::text, 'null') || ',' || coalesce(to_json(t4."key1"::text)::text, 'null') || ',' || coalesce(to_json(t4."key2"::text)::text, 'null') || ']', 'UTF8'), 'base64'), E'+/=\n', '-_') AS "cursor"
  FROM (
    SELECT t5.*, t7."name" AS "key0", t5."milliseconds" AS "key1", t5."track_id" AS "key2"
    FROM "public"."track" AS t5
    LEFT JOIN "public"."album" AS t6 ON t6."album_id" = t5."album_id"
    LEFT JOIN "public"."artist" AS t7 ON t7."artist_id" = t6."artist_id"
    ORDER BY t7."name", t5."milliseconds" DESC, t5."track_id"
    LIMIT $1::text::int8 + 1
  ) AS t4
) SELECT '{"edges":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"node":' || '{"name":' || to_json(t1."name")::text || ',"album":' || CASE WHEN t2."album_id" IS NULL THEN 'null' ELSE '{"artist":' || CASE WHEN t3."artist_id" IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(t3."name")::text, 'null') || '}' END || '}' END || '}' || '}' AS o
    FROM t0 AS t1
    LEFT JOIN "public"."album" AS t2 ON t2."album_id" = t1."album_id"
    LEFT JOIN "public"."artist" AS t3 ON t3."artist_id" = t2."artist_id"
    WHERE t1."place" <= $1::text::int8
    ORDER BY t1."place"
  ) AS r
) || ',"pageInfo":' || '{"hasNextPage":' || (EXISTS (
  SELECT 1
  FROM t0
  WHERE "place" > $1::text::int8
))::text || ',"hasPreviousPage":' || 'false' || ',"startCursor":' || coalesce((
  SELECT '"' || "cursor" || '"'
  FROM t0
  WHERE "place" <= $1::text::int8
  ORDER BY "place"
  LIMIT 1
), 'null') || ',"endCursor":' || coalesce((
  SELECT '"' || "cursor" || '"'
  FROM t0
  WHERE "place" <= $1::text::int8
  ORDER BY "place" DESC
  LIMIT 1
), 'null') || '}' || '}'), 'UTF8')
-- $1: "2"
