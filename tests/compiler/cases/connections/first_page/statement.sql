SELECT convert_to((
  SELECT '{"edges":' || '[' || coalesce(array_to_string((array_agg(r.o0))[:$1::int8], ','), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || (count(*) > $1::int8)::text || ',"hasPreviousPage":false,"startCursor":' || coalesce(((array_agg(r.o1))[:$1::int8])[1], 'null') || ',"endCursor":' || coalesce(((array_agg(r.o1))[:$1::int8])[cardinality((array_agg(r.o1))[:$1::int8])], 'null') || '}' || ',"totalCount":' || (
    SELECT count(*)::text
    FROM "public"."album" AS t2
  ) || '}'
  FROM (
    SELECT '{"cursor":' || '"' || translate(encode(convert_to('["11fd86602033"' || ',' || coalesce(to_json(t0."key0"::text)::text, 'null') || ']', 'UTF8'), 'base64'), E'+/=\n', '-_') || '"' || ',"node":' || '{"title":' || selfgraph.json_string(t0."title") || CASE WHEN t1."artist_id" IS NULL THEN ',"artist":null}' ELSE ',"artist":{"name":' || coalesce(selfgraph.json_string(t1."name"), 'null') || '}}' END || '}' AS o0, '"' || translate(encode(convert_to('["11fd86602033"' || ',' || coalesce(to_json(t0."key0"::text)::text, 'null') || ']', 'UTF8'), 'base64'), E'+/=\n', '-_') || '"' AS o1
    FROM (
      SELECT t3."title", t3."artist_id", t3."album_id" AS "key0"
      FROM "public"."album" AS t3
      ORDER BY t3."album_id"
      LIMIT $1::int8 + 1
    ) AS t0
    LEFT JOIN "public"."artist" AS t1 ON t1."artist_id" = t0."artist_id"
    ORDER BY t0."key0"
  ) AS r
), 'UTF8')
-- $1: "2"
