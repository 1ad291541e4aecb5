SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"albumId":' || t0."album_id"::int4::text || ',"title":' || selfgraph.json_string(t0."title") || '}' AS o
    FROM (
      SELECT t1.*, t1.xmin
      FROM "public"."album" AS t1
      WHERE t1."artist_id" = ANY ($1::text::int4[])
    ) AS t0
    ORDER BY t0."album_id"
    LIMIT least($2::int8, 3)
  ) AS r
), 'UTF8')
-- $1: "{1,2,8,90}"
-- $2: "2"
