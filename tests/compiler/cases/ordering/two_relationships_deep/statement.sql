SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || CASE WHEN t1."album_id" IS NULL THEN ',"album":null}' ELSE ',"album":' || CASE WHEN t2."artist_id" IS NULL THEN '{"artist":null}' ELSE '{"artist":{"name":' || coalesce(selfgraph.json_string(t2."name"), 'null') || '}}' END || '}' END AS o
    FROM (
      SELECT t0.*
      FROM "public"."track" AS t0
      LEFT JOIN "public"."album" AS t3 ON t3."album_id" = t0."album_id"
      LEFT JOIN "public"."artist" AS t4 ON t4."artist_id" = t3."artist_id"
      ORDER BY t4."name", t0."track_id"
      LIMIT least($1::int8, 100001)
    ) AS t0
    LEFT JOIN "public"."album" AS t1 ON t1."album_id" = t0."album_id"
    LEFT JOIN "public"."artist" AS t2 ON t2."artist_id" = t1."artist_id"
    ORDER BY t2."name", t0."track_id"
  ) AS r
), 'UTF8')
-- $1: "2"
