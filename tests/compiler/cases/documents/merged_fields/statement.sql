SELECT convert_to(coalesce((
  SELECT CASE WHEN t1."artist_id" IS NULL THEN '{"artist":null,"title":' ELSE '{"artist":{"name":' || coalesce(selfgraph.json_string(t1."name"), 'null') || ',"artistId":' || t1."artist_id"::int4::text || ',"album":' || (
    SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
    FROM (
      SELECT '{"title":' || selfgraph.json_string(t2."title") || '}' AS o
      FROM "public"."album" AS t2
      WHERE t2."artist_id" = t1."artist_id"
      ORDER BY t2."album_id"
      LIMIT least($1::int8, 100001)
    ) AS r
  ) || '},"title":' END || selfgraph.json_string(t0."title") || ',"albumId":' || t0."album_id"::int4::text || '}' AS o
  FROM "public"."album" AS t0
  LEFT JOIN "public"."artist" AS t1 ON t1."artist_id" = t0."artist_id"
  WHERE t0."album_id" = $2::int4
), 'null'), 'UTF8')
-- $1: "1"
-- $2: "1"
