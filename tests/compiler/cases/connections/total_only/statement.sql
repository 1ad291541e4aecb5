SELECT convert_to((WITH t0 AS (
  SELECT t3.*, row_number() OVER (ORDER BY t3."key0") AS "place", translate(encode(convert_to('["da5f5b74f718"' || ',' || coalesce(to_json(t3."key0"::text)::text, 'null') || ']', 'UTF8'), 'base64'), E'+/=\n', '-_') AS "cursor"
  FROM (
    SELECT t4.*, t4."track_id" AS "key0"
    FROM "public"."track" AS t4
    WHERE EXISTS (
      SELECT 1
      FROM "public"."genre" AS t5
      WHERE t5."genre_id" = t4."genre_id" AND t5."name" = $1::text::varchar
    )
    ORDER BY t4."track_id"
    LIMIT 50 + 1
  ) AS t3
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
