SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"genre":' || CASE WHEN t1."genre_id" IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(t1."name")::text, 'null') || '}' END || ',"name":' || to_json(t0."name")::text || '}' AS o
    FROM (
      SELECT DISTINCT ON (t0."genre_id") t0.*
      FROM "public"."track" AS t0
      ORDER BY t0."genre_id" DESC, t0."milliseconds" DESC, t0."track_id"
      LIMIT least($1::text::int8, 100001)
    ) AS t0
    LEFT JOIN "public"."genre" AS t1 ON t1."genre_id" = t0."genre_id"
    ORDER BY t0."genre_id" DESC, t0."milliseconds" DESC, t0."track_id"
  ) AS r
), 'UTF8')
-- $1: "3"
