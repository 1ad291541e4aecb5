SELECT convert_to(coalesce((
  SELECT '{"name":' || coalesce(selfgraph.json_string(t0."name"), 'null') || ',"track":' || (
    SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
    FROM (
      SELECT '{"trackId":' || t1."track_id"::int4::text || '}' AS o
      FROM "public"."track" AS t1
      WHERE t1."genre_id" = t0."genre_id"
      ORDER BY t1."track_id"
      LIMIT least($1::int8, 100001)
    ) AS r
  ) || '}' AS o
  FROM "public"."genre" AS t0
  WHERE t0."genre_id" = $2::int4
), 'null'), 'UTF8')
-- $1: "1"
-- $2: "1"
