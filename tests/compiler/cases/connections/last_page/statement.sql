SELECT convert_to((
  SELECT '{"__typename":"TrackConnection","edges":' || '[' || coalesce(array_to_string((array_agg(r.o0))[count(*) - $1::int8 + 1:], ','), '') || ']' || ',"pageInfo":' || '{"__typename":"PageInfo","hasNextPage":false,"hasPreviousPage":' || (count(*) > $1::int8)::text || '}' || ',"nodes":' || '[' || coalesce(array_to_string((array_agg(r.o1))[count(*) - $1::int8 + 1:], ','), '') || ']' || '}'
  FROM (
    SELECT '{"__typename":"TrackEdge","c":' || '"' || translate(encode(convert_to('["260fe2c98426"' || ',' || coalesce(to_json(t0."key0"::text)::text, 'null') || ',' || coalesce(to_json(t0."key1"::text)::text, 'null') || ']', 'UTF8'), 'base64'), E'+/=\n', '-_') || '"' || ',"node":' || '{"name":' || selfgraph.json_string(t0."name") || '}' || '}' AS o0, '{"name":' || selfgraph.json_string(t0."name") || '}' AS o1
    FROM (
      SELECT t1."name", t1."name" AS "key0", t1."track_id" AS "key1"
      FROM "public"."track" AS t1
      WHERE t1."album_id" < $2::int4
      ORDER BY t1."name", t1."track_id" DESC
      LIMIT $1::int8 + 1
    ) AS t0
    ORDER BY t0."key0" DESC, t0."key1"
  ) AS r
), 'UTF8')
-- $1: "2"
-- $2: "3"
