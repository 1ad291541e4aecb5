SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT CASE WHEN t1."genre_id" IS NULL THEN '{"genre":null,"name":' ELSE '{"genre":{"name":' || coalesce(selfgraph.json_string(t1."name"), 'null') || '},"name":' END || selfgraph.json_string(t0."name") || '}' AS o
    FROM (
      SELECT DISTINCT ON (t0."genre_id") t0.*
      FROM "public"."track" AS t0
      ORDER BY t0."genre_id" DESC, t0."milliseconds" DESC, t0."track_id"
      LIMIT least($1::int8, 100001)
    ) AS t0
    LEFT JOIN "public"."genre" AS t1 ON t1."genre_id" = t0."genre_id"
    ORDER BY t0."genre_id" DESC, t0."milliseconds" DESC, t0."track_id"
  ) AS r
), 'UTF8')
-- $1: "3"
