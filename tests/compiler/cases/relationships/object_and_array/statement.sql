SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"title":' || to_json(t0."title")::text || ',"artist":' || CASE WHEN t1."artist_id" IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(t1."name")::text, 'null') || '}' END || ',"track":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"name":' || to_json(t2."name")::text || ',"genre":' || CASE WHEN t3."genre_id" IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(t3."name")::text, 'null') || '}' END || '}' AS o
        FROM "public"."track" AS t2
        LEFT JOIN "public"."genre" AS t3 ON t3."genre_id" = t2."genre_id"
        WHERE t2."album_id" = t0."album_id"
        ORDER BY t2."name", t2."track_id"
        LIMIT least($1::text::int8, 100001)
      ) AS r
    ) || '}' AS o
    FROM "public"."album" AS t0
    LEFT JOIN "public"."artist" AS t1 ON t1."artist_id" = t0."artist_id"
    WHERE EXISTS (
      SELECT 1
      FROM "public"."artist" AS t4
      WHERE t4."artist_id" = t0."artist_id" AND t4."name" = $2::text::varchar
    )
    ORDER BY t0."title", t0."album_id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "3"
-- $2: "AC/DC"
