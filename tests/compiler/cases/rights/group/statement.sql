SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT t4.o
    FROM (
      SELECT '{"key":' || '{"albumId":' || coalesce(t0."album_id"::int4::text, 'null') || '}' || ',"aggregate":' || '{"count":' || count(*)::text || '}' || '}' AS o, t0."album_id" AS "v0"
      FROM (
        SELECT t1.*, t1.xmin
        FROM "public"."track" AS t1
        WHERE (EXISTS (
          SELECT 1
          FROM "public"."album" AS t2
          WHERE t2."album_id" = t1."album_id" AND t2."artist_id" = $1::int4
        ) OR EXISTS (
          SELECT 1
          FROM "public"."customer" AS t3
          WHERE t3."customer_id" = $1::int4 AND t3."support_rep_id" > t1."genre_id"
        ))
      ) AS t0 GROUP BY t0."album_id"
    ) AS t4
    ORDER BY t4."v0"
    LIMIT least($2::int8, 100001)
  ) AS r
), 'UTF8')
-- $1: "90"
-- $2: "2"
