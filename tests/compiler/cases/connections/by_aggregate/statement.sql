SELECT convert_to((WITH t0 AS (
  SELECT t2.*, row_number() OVER (ORDER BY t2."key0" DESC, t2."key1") AS "place", translate(encode(convert_to('["3108095b7557"' || ',' || coalesce(to_json(t2."key0"::text)::text, 'null') || ',' || coalesce(to_json(t2."key1"::text)::text, 'null') || ']', 'UTF8'), 'base64'), E'+/=\n', '-_') AS "cursor"
  FROM (
    SELECT t3.*, (
      SELECT count(*)
      FROM "public"."album" AS t4
      WHERE t4."artist_id" = t3."artist_id"
    ) AS "key0", t3."artist_id" AS "key1"
    FROM "public"."artist" AS t3
    ORDER BY (
      SELECT count(*)
      FROM "public"."album" AS t4
      WHERE t4."artist_id" = t3."artist_id"
    ) DESC, t3."artist_id"
    LIMIT $1::text::int8 + 1
  ) AS t2
) SELECT '{"nodes":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || coalesce(to_json(t1."name")::text, 'null') || '}' AS o
    FROM t0 AS t1
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
