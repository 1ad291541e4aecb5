SELECT convert_to((WITH t0 AS (
  SELECT t3.*, row_number() OVER (ORDER BY t3."key0", t3."key1" DESC) AS "place", translate(encode(convert_to('["260fe2c98426"' || ',' || coalesce(to_json(t3."key0"::text)::text, 'null') || ',' || coalesce(to_json(t3."key1"::text)::text, 'null') || ']', 'UTF8'), 'base64'), E'+/=\n', '-_') AS "cursor"
  FROM (
    SELECT t4.*, t4."name" AS "key0", t4."track_id" AS "key1"
    FROM "public"."track" AS t4
    WHERE t4."album_id" < $2::text::int4
    ORDER BY t4."name", t4."track_id" DESC
    LIMIT $1::text::int8 + 1
  ) AS t3
) SELECT '{"__typename":' || '"TrackConnection"' || ',"edges":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"__typename":' || '"TrackEdge"' || ',"c":' || '"' || t1."cursor" || '"' || ',"node":' || '{"name":' || to_json(t1."name")::text || '}' || '}' AS o
    FROM t0 AS t1
    WHERE t1."place" <= $1::text::int8
    ORDER BY t1."place" DESC
  ) AS r
) || ',"pageInfo":' || '{"__typename":' || '"PageInfo"' || ',"hasNextPage":' || 'false' || ',"hasPreviousPage":' || (EXISTS (
  SELECT 1
  FROM t0
  WHERE "place" > $1::text::int8
))::text || '}' || ',"nodes":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || to_json(t2."name")::text || '}' AS o
    FROM t0 AS t2
    WHERE t2."place" <= $1::text::int8
    ORDER BY t2."place" DESC
  ) AS r
) || '}'), 'UTF8')
-- $1: "2"
-- $2: "3"
