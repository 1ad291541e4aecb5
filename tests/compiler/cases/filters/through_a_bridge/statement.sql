SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"playlistId":' || t0."playlist_id"::int4::text || ',"name":' || coalesce(selfgraph.json_string(t0."name"), 'null') || '}' AS o
    FROM "public"."playlist" AS t0
    WHERE EXISTS (
      SELECT 1
      FROM "public"."playlist_track" AS t1
      WHERE t1."playlist_id" = t0."playlist_id" AND EXISTS (
        SELECT 1
        FROM "public"."track" AS t2
        WHERE t2."track_id" = t1."track_id" AND t2."name" = $1::text::varchar
      )
    )
    ORDER BY t0."playlist_id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "Believe"
