SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"genreId":' || coalesce(t0."genre_id"::int4::text, 'null') || ',"mediaTypeId":' || t0."media_type_id"::int4::text || ',"name":' || selfgraph.json_string(t0."name") || '}' AS o
    FROM (
      SELECT DISTINCT ON (t0."media_type_id", t0."genre_id") t0.*
      FROM "public"."track" AS t0
      LEFT JOIN "public"."album" AS t1 ON t1."album_id" = t0."album_id"
      ORDER BY t0."genre_id", t0."media_type_id" DESC, t1."title", t0."track_id"
      LIMIT least($1::int8, 100001)
    ) AS t0
    LEFT JOIN "public"."album" AS t2 ON t2."album_id" = t0."album_id"
    ORDER BY t0."genre_id", t0."media_type_id" DESC, t2."title", t0."track_id"
  ) AS r
), 'UTF8')
-- $1: "3"
