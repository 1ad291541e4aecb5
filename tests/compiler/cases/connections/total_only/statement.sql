SELECT convert_to((WITH t0 AS (
  SELECT t3."track_id" AS "key0"
  FROM "public"."track" AS t3
  WHERE EXISTS (
    SELECT 1
    FROM "public"."genre" AS t4
    WHERE t4."genre_id" = t3."genre_id" AND t4."name" = $1::text::varchar
  )
  ORDER BY t3."track_id"
  LIMIT 50
) SELECT '{"totalCount":' || (
  SELECT count(*)::text
  FROM "public"."track" AS t1
  WHERE EXISTS (
    SELECT 1
    FROM "public"."genre" AS t2
    WHERE t2."genre_id" = t1."genre_id" AND t2."name" = $1::text::varchar
  )
) || '}'), 'UTF8')
-- $1: "Jazz"
