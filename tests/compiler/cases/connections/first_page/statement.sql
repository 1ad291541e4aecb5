SELECT convert_to((WITH t0 AS (
  SELECT t4.*, row_number() OVER (ORDER BY t4."key0") AS "place", translate(encode(convert_to('["11fd86602033"' || ',' || coalesce(to_json(t4."key0"::text)::text, 'null') || ']', 'UTF8'), 'base64'), E'+/=\n', '-_') AS "cursor"
  FROM (
    SELECT t5.*, t5."album_id" AS "key0"
    FROM "public"."album" AS t5
    ORDER BY t5."album_id"
    LIMIT $1::text::int8 + 1
  ) AS t4
) SELECT '{"edges":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"cursor":' || '"' || t1."cursor" || '"' || ',"node":' || '{"title":' || to_json(t1."title")::text || ',"artist":' || CASE WHEN t2."artist_id" IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(t2."name")::text, 'null') || '}' END || '}' || '}' AS o
    FROM t0 AS t1
    LEFT JOIN "public"."artist" AS t2 ON t2."artist_id" = t1."artist_id"
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
), 'null') || '}' || ',"totalCount":' || (
  SELECT count(*)::text
  FROM "public"."album" AS t3
) || '}'), 'UTF8')
-- $1: "2"
