SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"genreId":' || t0."genre_id"::int4::text || '}' AS o
    FROM (
      SELECT t0.*
      FROM "public"."genre" AS t0
      ORDER BY t0."genre_id"
      LIMIT least($1::int8, 100001)
      OFFSET $2::int8
    ) AS t0
    ORDER BY t0."genre_id"
  ) AS r
), 'UTF8')
-- $1: "2"
-- $2: "2"
