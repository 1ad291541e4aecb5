SELECT convert_to((WITH t1 AS (
  SELECT DISTINCT ON (t0."genre_id") t0.*
  FROM "public"."track" AS t0
  ORDER BY t0."genre_id", t0."track_id"
) SELECT '{"aggregate":' || (
  SELECT '{"count":' || count(*)::text || '}'
  FROM t1 HAVING true
) || '}'), 'UTF8')
