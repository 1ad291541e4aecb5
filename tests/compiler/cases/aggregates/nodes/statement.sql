SELECT convert_to((WITH t1 AS (
  SELECT t0.*
  FROM "public"."track" AS t0
  WHERE t0."album_id" = $1::int4
  ORDER BY t0."name" DESC, t0."track_id"
  LIMIT least($2::int8, 100001)
) SELECT '{"aggregate":' || (
  SELECT '{"count":' || count(*)::text || ',"max":' || '{"name":' || coalesce(selfgraph.json_string(max(t1."name")), 'null') || '}' || '}'
  FROM t1 HAVING true
) || ',"nodes":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t2."name") || CASE WHEN t3."album_id" IS NULL THEN ',"album":null}' ELSE ',"album":' || CASE WHEN t4."artist_id" IS NULL THEN '{"artist":null}' ELSE '{"artist":{"name":' || coalesce(selfgraph.json_string(t4."name"), 'null') || '}}' END || '}' END AS o
    FROM t1 AS t2
    LEFT JOIN "public"."album" AS t3 ON t3."album_id" = t2."album_id"
    LEFT JOIN "public"."artist" AS t4 ON t4."artist_id" = t3."artist_id"
    ORDER BY t2."name" DESC, t2."track_id"
  ) AS r
) || '}'), 'UTF8')
-- $1: "1"
-- $2: "2"
