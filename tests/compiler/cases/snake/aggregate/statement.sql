SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || coalesce(selfgraph.json_string(t0."name"), 'null') || ',"album_aggregate":' || (WITH t2 AS (
      SELECT DISTINCT ON (t1."artist_id") t1.*
      FROM "public"."album" AS t1
      WHERE t1."artist_id" = t0."artist_id"
      ORDER BY t1."artist_id", t1."album_id"
    ) SELECT '{"aggregate":' || (
      SELECT '{"count":' || count(DISTINCT t2."artist_id")::text || ',"stddev_pop":' || '{"album_id":' || coalesce(to_json(trim_scale(stddev_pop(t2."album_id"::int4)))::text, 'null') || '}' || '}'
      FROM t2 HAVING true
    ) || '}') || '}' AS o
    FROM "public"."artist" AS t0
    WHERE EXISTS (
      SELECT 1
      FROM (
        SELECT count(*) AS value
        FROM "public"."album" AS t3
        WHERE t3."artist_id" = t0."artist_id"
      ) AS t4
      WHERE t4."value" >= $1::int8
    )
    ORDER BY (
      SELECT max(t5."album_id"::int4)
      FROM "public"."album" AS t5
      WHERE t5."artist_id" = t0."artist_id"
    ) DESC, t0."artist_id"
    LIMIT least($2::int8, 100001)
  ) AS r
), 'UTF8'), convert_to((WITH t7 AS (
  SELECT t6.*
  FROM "public"."invoice_line" AS t6
) SELECT '{"aggregate":' || (
  SELECT '{"sum":' || '{"unit_price":' || coalesce(to_json(sum(t7."unit_price"::numeric))::text, 'null') || '}' || '}'
  FROM t7 HAVING true
) || '}'), 'UTF8')
-- $1: "2"
-- $2: "1"
