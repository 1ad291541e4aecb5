SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT t1.o
    FROM (
      SELECT '{"key":' || '{"artistId":' || t0."artist_id"::int4::text || '}' || ',"aggregate":' || '{"count":' || count(*)::text || '}' || '}' AS o, count(*) AS "v0", t0."artist_id" AS "v1"
      FROM "public"."album" AS t0 GROUP BY t0."artist_id"
    ) AS t1
    WHERE t1."v0" = ANY ($1::text[]::int8[])
    ORDER BY t1."v1" DESC
    LIMIT least($2::int8, 100001)
  ) AS r
), 'UTF8')
-- $1: ["10", "11", "14"]
-- $2: "5"
