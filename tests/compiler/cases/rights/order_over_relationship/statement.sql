SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || CASE WHEN t1."album_id" IS NULL THEN ',"album":null}' ELSE ',"album":{"title":' || selfgraph.json_string(t1."title") || '}}' END AS o
    FROM (
      SELECT t0.*
      FROM (
        SELECT t3.*, t3.xmin
        FROM "public"."track" AS t3
        WHERE (EXISTS (
          SELECT 1
          FROM "public"."album" AS t4
          WHERE t4."album_id" = t3."album_id" AND t4."artist_id" = $2::int4
        ) OR EXISTS (
          SELECT 1
          FROM "public"."customer" AS t5
          WHERE t5."customer_id" = $2::int4 AND t5."support_rep_id" > t3."genre_id"
        ))
      ) AS t0
      LEFT JOIN (
        SELECT t7.*, t7.xmin
        FROM "public"."album" AS t7
        WHERE t7."artist_id" = ANY ($1::text::int4[])
      ) AS t6 ON t6."album_id" = t0."album_id"
      ORDER BY t6."title" DESC NULLS LAST, t0."track_id"
      LIMIT least($3::int8, 100001)
    ) AS t0
    LEFT JOIN (
      SELECT t2.*, t2.xmin
      FROM "public"."album" AS t2
      WHERE t2."artist_id" = ANY ($1::text::int4[])
    ) AS t1 ON t1."album_id" = t0."album_id"
    ORDER BY t1."title" DESC NULLS LAST, t0."track_id"
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || coalesce(selfgraph.json_string(t8."name"), 'null') || '}' AS o
    FROM (
      SELECT t9.*, t9.xmin
      FROM "public"."artist" AS t9
      WHERE t9."name" <> $4::text::varchar
    ) AS t8
    ORDER BY (
      SELECT count(*)
      FROM (
        SELECT t11.*, t11.xmin
        FROM "public"."album" AS t11
        WHERE t11."artist_id" = ANY ($1::text::int4[])
      ) AS t10
      WHERE t10."artist_id" = t8."artist_id"
    ) DESC, t8."artist_id"
    LIMIT least($5::int8, 100001)
  ) AS r
), 'UTF8')
-- $1: "{1,2,8,90}"
-- $2: "90"
-- $3: "3"
-- $4: "Accept"
-- $5: "3"
