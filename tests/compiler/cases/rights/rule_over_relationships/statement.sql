SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || '}' AS o
    FROM (
      SELECT t1.*, t1.xmin
      FROM "public"."track" AS t1
      WHERE (EXISTS (
        SELECT 1
        FROM "public"."album" AS t2
        WHERE t2."album_id" = t1."album_id" AND t2."artist_id" = $2::int4
      ) OR EXISTS (
        SELECT 1
        FROM "public"."customer" AS t3
        WHERE t3."customer_id" = $2::int4 AND t3."support_rep_id" > t1."genre_id"
      ))
    ) AS t0
    WHERE t0."name" ILIKE $1::text
    ORDER BY t0."track_id"
    LIMIT least($3::int8, 100001)
  ) AS r
), 'UTF8')
WHERE num_nulls(regexp_replace($1::text, '\\(.)', '\1', 'g') LIKE $1::text) >= 0
-- $1: "%fear%"
-- $2: "90"
-- $3: "2"
