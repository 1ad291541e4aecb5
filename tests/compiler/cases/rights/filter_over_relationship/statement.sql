SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || coalesce(selfgraph.json_string(t0."name"), 'null') || '}' AS o
    FROM (
      SELECT t3.*, t3.xmin
      FROM "public"."artist" AS t3
      WHERE t3."name" <> $3::text::varchar
    ) AS t0
    WHERE EXISTS (
      SELECT 1
      FROM (
        SELECT t2.*, t2.xmin
        FROM "public"."album" AS t2
        WHERE t2."artist_id" = ANY ($2::text::int4[])
      ) AS t1
      WHERE t1."artist_id" = t0."artist_id" AND t1."title" LIKE $1::text
    )
    ORDER BY t0."artist_id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || coalesce(selfgraph.json_string(t4."name"), 'null') || '}' AS o
    FROM (
      SELECT t8.*, t8.xmin
      FROM "public"."artist" AS t8
      WHERE t8."name" <> $3::text::varchar
    ) AS t4
    WHERE EXISTS (
      SELECT 1
      FROM (
        SELECT count(*) AS value
        FROM (
          SELECT t7.*, t7.xmin
          FROM "public"."album" AS t7
          WHERE t7."artist_id" = ANY ($2::text::int4[])
        ) AS t5
        WHERE t5."artist_id" = t4."artist_id"
      ) AS t6
      WHERE t6."value" > $4::int8
    )
    ORDER BY t4."artist_id"
    LIMIT 100001
  ) AS r
), 'UTF8')
WHERE num_nulls(regexp_replace($1::text, '\\(.)', '\1', 'g') LIKE $1::text, $4::int8) >= 0
-- $1: "%Rock%"
-- $2: "{1,2,8,90}"
-- $3: "Accept"
-- $4: "1"
