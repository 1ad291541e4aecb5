SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT t1.o
    FROM (
      SELECT '{"key":' || '{"genreId":' || coalesce(t0."genre_id"::int4::text, 'null') || '}' || ',"aggregate":' || '{"count":' || count(*)::text || '}' || '}' AS o, count(*) AS "v0", max(t0."unit_price"::numeric) AS "v1", t0."genre_id" AS "v2"
      FROM "public"."track" AS t0 GROUP BY t0."genre_id"
    ) AS t1
    ORDER BY t1."v0" DESC, t1."v1", t1."v2" DESC
    LIMIT least($1::int8, 100001)
  ) AS r
), 'UTF8')
-- $1: "3"
