SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"genreId":' || t0."genre_id"::int4::text || '}' AS o
    FROM "public"."genre" AS t0
    ORDER BY t0."genre_id"
    LIMIT 100001
  ) AS r
), 'UTF8')
