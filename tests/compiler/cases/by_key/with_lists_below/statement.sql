SELECT convert_to(coalesce((
  SELECT '{"name":' || coalesce(selfgraph.json_string(t0."name"), 'null') || ',"album":' || (
    SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
    FROM (
      SELECT '{"title":' || selfgraph.json_string(t1."title") || ',"track":' || (
        SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
        FROM (
          SELECT '{"name":' || selfgraph.json_string(t2."name") || '}' AS o
          FROM "public"."track" AS t2
          WHERE t2."album_id" = t1."album_id"
          ORDER BY t2."track_id"
          LIMIT least($1::int8, 100001)
        ) AS r
      ) || '}' AS o
      FROM "public"."album" AS t1
      WHERE t1."artist_id" = t0."artist_id"
      ORDER BY t1."album_id"
      LIMIT 100001
    ) AS r
  ) || '}' AS o
  FROM "public"."artist" AS t0
  WHERE t0."artist_id" = $2::int4
), 'null'), 'UTF8')
-- $1: "1"
-- $2: "1"
