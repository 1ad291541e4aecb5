SELECT convert_to(coalesce((
  SELECT '{"album":' || (
    SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
    FROM (
      SELECT '{"title":' || selfgraph.json_string(t1."title") || '}' AS o
      FROM "public"."album" AS t1
      WHERE t1."artist_id" = t0."artist_id"
      ORDER BY t1."title" DESC, t1."album_id"
      LIMIT 100001
    ) AS r
  ) || '}' AS o
  FROM "public"."artist" AS t0
  WHERE t0."artist_id" = $1::int4
), 'null'), 'UTF8')
-- $1: "1"
