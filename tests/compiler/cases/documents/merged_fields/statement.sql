SELECT convert_to(coalesce((
  SELECT '{"artist":' || CASE WHEN t1."artist_id" IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(t1."name")::text, 'null') || ',"artistId":' || t1."artist_id"::text || ',"album":' || (
    SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
    FROM (
      SELECT '{"title":' || to_json(t2."title")::text || '}' AS o
      FROM "public"."album" AS t2
      WHERE t2."artist_id" = t1."artist_id"
      ORDER BY t2."album_id"
      LIMIT least($1::text::int8, 100001)
    ) AS r
  ) || '}' END || ',"title":' || to_json(t0."title")::text || ',"albumId":' || t0."album_id"::text || '}' AS o
  FROM "public"."album" AS t0
  LEFT JOIN "public"."artist" AS t1 ON t1."artist_id" = t0."artist_id"
  WHERE t0."album_id" = $2::text::int4
), 'null'), 'UTF8')
-- $1: "1"
-- $2: "1"
