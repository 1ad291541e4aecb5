SELECT convert_to((WITH t0 AS (
  SELECT t3.*, row_number() OVER (ORDER BY t3."key0") AS "place", translate(encode(convert_to('["11fd86602033"' || ',' || coalesce(to_json(t3."key0"::text)::text, 'null') || ']', 'UTF8'), 'base64'), E'+/=\n', '-_') AS "cursor"
  FROM (
    SELECT t4.*, t4."album_id" AS "key0"
    FROM "public"."album" AS t4
    WHERE (t4."album_id") > ($2::text::int4)
    ORDER BY t4."album_id"
    LIMIT $1::text::int8 + 1
  ) AS t3
) SELECT '{"nodes":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"albumId":' || t1."album_id"::text || '}' AS o
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
  FROM "public"."album" AS t2
  WHERE (t2."album_id") <= ($2::text::int4)
))::text || '}' || '}'), 'UTF8')
-- $1: "2"
-- $2: "7"
