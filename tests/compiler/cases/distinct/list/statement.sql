SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"albumId":' || coalesce(t0."album_id"::int4::text, 'null') || ',"name":' || selfgraph.json_string(t0."name") || '}' AS o
    FROM (
      SELECT DISTINCT ON (t0."album_id") t0.*
      FROM "public"."track" AS t0
      ORDER BY t0."album_id", t0."track_id"
      LIMIT least($1::int8, 100001)
    ) AS t0
    ORDER BY t0."album_id", t0."track_id"
  ) AS r
), 'UTF8')
-- $1: "3"
