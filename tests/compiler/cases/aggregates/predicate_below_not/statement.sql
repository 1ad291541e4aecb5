SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || coalesce(selfgraph.json_string(t0."name"), 'null') || '}' AS o
    FROM "public"."artist" AS t0
    WHERE NOT (EXISTS (
      SELECT 1
      FROM (
        SELECT count(*) AS value
        FROM "public"."album" AS t1
        WHERE t1."artist_id" = t0."artist_id"
      ) AS t2
      WHERE t2."value" IS NULL
    )) AND EXISTS (
      SELECT 1
      FROM "public"."album" AS t3
      WHERE t3."artist_id" = t0."artist_id" AND EXISTS (
        SELECT 1
        FROM (
          SELECT count(*) AS value
          FROM "public"."track" AS t4
          WHERE t4."album_id" = t3."album_id"
        ) AS t5
        WHERE t5."value" > $1::int8
      )
    )
    ORDER BY t0."artist_id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "30"
