SELECT convert_to((
  SELECT '{"edges":' || '[' || coalesce(array_to_string((array_agg(r.o0))[:$1::int8], ','), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || (count(*) > $1::int8)::text || ',"hasPreviousPage":false,"startCursor":' || coalesce(((array_agg(r.o1))[:$1::int8])[1], 'null') || ',"endCursor":' || coalesce(((array_agg(r.o1))[:$1::int8])[cardinality((array_agg(r.o1))[:$1::int8])], 'null') || '}' || '}'
  FROM (
    SELECT '{"node":' || '{"name":' || selfgraph.json_string(t0."name") || CASE WHEN t1."album_id" IS NULL THEN ',"album":null}' ELSE ',"album":' || CASE WHEN t2."artist_id" IS NULL THEN '{"artist":null}' ELSE '{"artist":{"name":' || coalesce(selfgraph.json_string(t2."name"), 'null') || '}}' END || '}' END || '}' AS o0, '"' || translate(encode(convert_to('["526ddb61285b"' || ',' || coalesce(to_json(t0."key0"::text)::text, 'null') || ',' || coalesce(to_json(t0."key1"::text)::text, 'null') || ',' || coalesce(to_json(t0."key2"::text)::text, 'null') || ']', 'UTF8'), 'base64'), E'+/=\n', '-_') || '"' AS o1
    FROM (
      SELECT t3."name", t3."album_id", t5."name" AS "key0", t3."milliseconds" AS "key1", t3."track_id" AS "key2"
      FROM "public"."track" AS t3
      LEFT JOIN "public"."album" AS t4 ON t4."album_id" = t3."album_id"
      LEFT JOIN "public"."artist" AS t5 ON t5."artist_id" = t4."artist_id"
      ORDER BY t5."name", t3."milliseconds" DESC, t3."track_id"
      LIMIT $1::int8 + 1
    ) AS t0
    LEFT JOIN "public"."album" AS t1 ON t1."album_id" = t0."album_id"
    LEFT JOIN "public"."artist" AS t2 ON t2."artist_id" = t1."artist_id"
    ORDER BY t0."key0", t0."key1" DESC, t0."key2"
  ) AS r
), 'UTF8')
-- $1: "2"
