SELECT convert_to(coalesce((
  SELECT '{"one":' || (
    SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
    FROM (
      SELECT '{"title":' || selfgraph.json_string(t1."title") || '}' AS o
      FROM "public"."album" AS t1
      WHERE t1."artist_id" = t0."artist_id"
      ORDER BY t1."album_id"
      LIMIT least($1::int8, 100001)
    ) AS r
  ) || ',"rest":' || (
    SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
    FROM (
      SELECT '{"title":' || selfgraph.json_string(t2."title") || '}' AS o
      FROM (
        SELECT t2.*
        FROM "public"."album" AS t2
        WHERE t2."artist_id" = t0."artist_id"
        ORDER BY t2."album_id"
        LIMIT 100001
        OFFSET $2::int8
      ) AS t2
      ORDER BY t2."album_id"
    ) AS r
  ) || '}' AS o
  FROM "public"."artist" AS t0
  WHERE t0."artist_id" = $3::int4
), 'null'), 'UTF8')
-- $1: "1"
-- $2: "1"
-- $3: "1"
