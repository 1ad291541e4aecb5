SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"track_id":' || t0."track_id"::int4::text || CASE WHEN t1."media_type_id" IS NULL THEN ',"media_type":null,"playlist_track":' ELSE ',"media_type":{"media_type_id":' || t1."media_type_id"::int4::text || '},"playlist_track":' END || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"playlist_id":' || t2."playlist_id"::int4::text || '}' AS o
        FROM "public"."playlist_track" AS t2
        WHERE t2."track_id" = t0."track_id"
        ORDER BY t2."playlist_id", t2."track_id"
        LIMIT least($1::int8, 100001)
      ) AS r
    ) || ',"__typename":"track"}' AS o
    FROM (
      SELECT t0.*
      FROM "public"."track" AS t0
      LEFT JOIN "public"."album" AS t4 ON t4."album_id" = t0."album_id"
      WHERE EXISTS (
        SELECT 1
        FROM "public"."media_type" AS t3
        WHERE t3."media_type_id" = t0."media_type_id" AND t3."name" ILIKE $2::text
      ) AND (t0."composer" IS NULL OR t0."unit_price" > $3::numeric)
      ORDER BY t4."title" DESC NULLS LAST, t0."name", t0."track_id"
      LIMIT least($4::int8, 100001)
      OFFSET $5::int8
    ) AS t0
    LEFT JOIN "public"."media_type" AS t1 ON t1."media_type_id" = t0."media_type_id"
    LEFT JOIN "public"."album" AS t5 ON t5."album_id" = t0."album_id"
    ORDER BY t5."title" DESC NULLS LAST, t0."name", t0."track_id"
  ) AS r
), 'UTF8')
-- $1: "1"
-- $2: "%aac%"
-- $3: "1"
-- $4: "2"
-- $5: "1"
