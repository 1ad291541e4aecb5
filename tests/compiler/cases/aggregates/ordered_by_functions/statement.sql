SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"title":' || selfgraph.json_string(t0."title") || CASE WHEN t1."artist_id" IS NULL THEN ',"artist":null}' ELSE ',"artist":{"name":' || coalesce(selfgraph.json_string(t1."name"), 'null') || '}}' END AS o
    FROM (
      SELECT t0.*
      FROM "public"."album" AS t0
      ORDER BY (
        SELECT max(t2."milliseconds"::int4)
        FROM "public"."track" AS t2
        WHERE t2."album_id" = t0."album_id"
      ) DESC, (
        SELECT sum(t3."unit_price"::numeric)
        FROM "public"."track" AS t3
        WHERE t3."album_id" = t0."album_id"
      ), t0."title", t0."album_id"
      LIMIT least($1::int8, 100001)
      OFFSET $2::int8
    ) AS t0
    LEFT JOIN "public"."artist" AS t1 ON t1."artist_id" = t0."artist_id"
    ORDER BY (
      SELECT max(t4."milliseconds"::int4)
      FROM "public"."track" AS t4
      WHERE t4."album_id" = t0."album_id"
    ) DESC, (
      SELECT sum(t5."unit_price"::numeric)
      FROM "public"."track" AS t5
      WHERE t5."album_id" = t0."album_id"
    ), t0."title", t0."album_id"
  ) AS r
), 'UTF8')
-- $1: "2"
-- $2: "1"
