SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || coalesce(selfgraph.json_string(t0."name"), 'null') || ',"album":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"title":' || selfgraph.json_string(t1."title") || CASE WHEN t2."artist_id" IS NULL THEN ',"artist":null}' ELSE ',"artist":{"name":' || coalesce(selfgraph.json_string(t2."name"), 'null') || '}}' END AS o
        FROM (
          SELECT t1.*
          FROM (
            SELECT t4.*, t4.xmin
            FROM "public"."album" AS t4
            WHERE t4."artist_id" = ANY ($2::text::int4[])
          ) AS t1
          WHERE t1."artist_id" = t0."artist_id"
          ORDER BY t1."title", t1."album_id"
          LIMIT 3
        ) AS t1
        LEFT JOIN (
          SELECT t3.*, t3.xmin
          FROM "public"."artist" AS t3
          WHERE t3."name" <> $1::text::varchar
        ) AS t2 ON t2."artist_id" = t1."artist_id"
        ORDER BY t1."title", t1."album_id"
      ) AS r
    ) || '}' AS o
    FROM (
      SELECT t5.*, t5.xmin
      FROM "public"."artist" AS t5
      WHERE t5."name" <> $1::text::varchar
    ) AS t0
    WHERE t0."artist_id" <= $3::int4
    ORDER BY t0."artist_id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"title":' || selfgraph.json_string(t6."title") || CASE WHEN t7."artist_id" IS NULL THEN ',"artist":null}' ELSE ',"artist":{"name":' || coalesce(selfgraph.json_string(t7."name"), 'null') || '}}' END AS o
    FROM (
      SELECT t6.*
      FROM (
        SELECT t9.*, t9.xmin
        FROM "public"."album" AS t9
        WHERE t9."artist_id" = ANY ($2::text::int4[])
      ) AS t6
      ORDER BY t6."album_id"
      LIMIT 3
    ) AS t6
    LEFT JOIN (
      SELECT t8.*, t8.xmin
      FROM "public"."artist" AS t8
      WHERE t8."name" <> $1::text::varchar
    ) AS t7 ON t7."artist_id" = t6."artist_id"
    ORDER BY t6."album_id"
  ) AS r
), 'UTF8')
-- $1: "Accept"
-- $2: "{1,2,8,90}"
-- $3: "3"
