SELECT convert_to((WITH t1 AS (
  SELECT t0.*
  FROM "public"."track" AS t0
  WHERE EXISTS (
    SELECT 1
    FROM "public"."genre" AS t2
    WHERE t2."genre_id" = t0."genre_id" AND t2."name" = $1::text::varchar
  )
) SELECT '{"aggregate":' || (
  SELECT '{"count":' || count(*)::text || '}'
  FROM t1 HAVING true
) || '}'), 'UTF8')
-- $1: "Opera"
