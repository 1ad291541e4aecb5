SELECT convert_to((WITH t0 AS (
  SELECT t3.*, row_number() OVER (ORDER BY t3."key0", t3."key1") AS "place", translate(encode(convert_to('["2daf83793cb1"' || ',' || coalesce(to_json(t3."key0"::text)::text, 'null') || ',' || coalesce(to_json(t3."key1"::text)::text, 'null') || ']', 'UTF8'), 'base64'), E'+/=\n', '-_') AS "cursor"
  FROM (
    SELECT t4.*, t4."composer" AS "key0", t4."track_id" AS "key1"
    FROM "public"."track" AS t4
    WHERE t4."composer" IS NULL AND ((t4."composer" IS NULL AND t4."track_id" > $2::text::int4))
    ORDER BY t4."composer", t4."track_id"
    LIMIT $1::text::int8 + 1
  ) AS t3
) SELECT '{"nodes":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"composer":' || coalesce(to_json(t1."composer")::text, 'null') || ',"trackId":' || t1."track_id"::text || '}' AS o
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
  FROM "public"."track" AS t2
  WHERE ((t2."composer" IS NOT NULL) OR (t2."composer" IS NULL AND t2."track_id" < $2::text::int4) OR (t2."composer" IS NULL AND t2."track_id" = $2::text::int4))
))::text || '}' || '}'), 'UTF8')
-- $1: "2"
-- $2: "67"
