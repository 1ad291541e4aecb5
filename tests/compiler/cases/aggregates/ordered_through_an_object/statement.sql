SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || CASE WHEN t1."album_id" IS NULL THEN ',"album":null}' ELSE ',"album":{"title":' || selfgraph.json_string(t1."title") || '}}' END AS o
    FROM (
      SELECT t0.*
      FROM "public"."track" AS t0
      LEFT JOIN "public"."album" AS t2 ON t2."album_id" = t0."album_id"
      LEFT JOIN "public"."artist" AS t4 ON t4."artist_id" = t2."artist_id"
      ORDER BY CASE WHEN t2."album_id" IS NOT NULL THEN (
        SELECT count(*)
        FROM "public"."track" AS t3
        WHERE t3."album_id" = t2."album_id"
      ) END DESC NULLS LAST, CASE WHEN t4."artist_id" IS NOT NULL THEN (
        SELECT min(t5."title")
        FROM "public"."album" AS t5
        WHERE t5."artist_id" = t4."artist_id"
      ) END, t0."track_id"
      LIMIT least($1::int8, 100001)
    ) AS t0
    LEFT JOIN "public"."album" AS t1 ON t1."album_id" = t0."album_id"
    LEFT JOIN "public"."artist" AS t7 ON t7."artist_id" = t1."artist_id"
    ORDER BY CASE WHEN t1."album_id" IS NOT NULL THEN (
      SELECT count(*)
      FROM "public"."track" AS t6
      WHERE t6."album_id" = t1."album_id"
    ) END DESC NULLS LAST, CASE WHEN t7."artist_id" IS NOT NULL THEN (
      SELECT min(t8."title")
      FROM "public"."album" AS t8
      WHERE t8."artist_id" = t7."artist_id"
    ) END, t0."track_id"
  ) AS r
), 'UTF8')
-- $1: "2"
