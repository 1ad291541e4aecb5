SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"album":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"albumId":' || t1."album_id"::int4::text || '}' AS o
        FROM (
          SELECT t1.*
          FROM "public"."album" AS t1
          WHERE t1."artist_id" = t0."artist_id"
          ORDER BY t1."album_id"
          LIMIT least($1::int8, 100001)
          OFFSET $2::int8
        ) AS t1
        ORDER BY t1."album_id"
      ) AS r
    ) || '}' AS o
    FROM "public"."artist" AS t0
    ORDER BY t0."artist_id"
    LIMIT least($3::int8, 100001)
  ) AS r
), 'UTF8')
-- $1: "1"
-- $2: "1"
-- $3: "2"
