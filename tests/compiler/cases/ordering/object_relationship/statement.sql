SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"title":' || selfgraph.json_string(t0."title") || '}' AS o
    FROM "public"."album" AS t0
    LEFT JOIN "public"."artist" AS t1 ON t1."artist_id" = t0."artist_id"
    ORDER BY t1."name" DESC, t0."album_id"
    LIMIT least($1::int8, 100001)
  ) AS r
), 'UTF8')
-- $1: "2"
