SELECT convert_to((
  SELECT '{"nodes":' || '[' || coalesce(array_to_string((array_agg(r.o0))[:$1::int8], ','), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || (count(*) > $1::int8)::text || ',"hasPreviousPage":false,"startCursor":' || coalesce(((array_agg(r.o1))[:$1::int8])[1], 'null') || ',"endCursor":' || coalesce(((array_agg(r.o1))[:$1::int8])[cardinality((array_agg(r.o1))[:$1::int8])], 'null') || '}' || '}'
  FROM (
    SELECT '{"name":' || coalesce(selfgraph.json_string(t0."name"), 'null') || '}' AS o0, '"' || translate(encode(convert_to('["3108095b7557"' || ',' || coalesce(to_json(t0."key0"::text)::text, 'null') || ',' || coalesce(to_json(t0."key1"::text)::text, 'null') || ']', 'UTF8'), 'base64'), E'+/=\n', '-_') || '"' AS o1
    FROM (
      SELECT t1."name", (
        SELECT count(*)
        FROM "public"."album" AS t2
        WHERE t2."artist_id" = t1."artist_id"
      ) AS "key0", t1."artist_id" AS "key1"
      FROM "public"."artist" AS t1
      ORDER BY (
        SELECT count(*)
        FROM "public"."album" AS t2
        WHERE t2."artist_id" = t1."artist_id"
      ) DESC, t1."artist_id"
      LIMIT $1::int8 + 1
    ) AS t0
    ORDER BY t0."key0" DESC, t0."key1"
  ) AS r
), 'UTF8')
-- $1: "2"
