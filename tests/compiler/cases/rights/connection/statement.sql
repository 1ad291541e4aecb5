SELECT convert_to((
  SELECT '{"totalCount":' || (
    SELECT count(*)::text
    FROM (
      SELECT t2.*, t2.xmin
      FROM "public"."track" AS t2
      WHERE (EXISTS (
        SELECT 1
        FROM "public"."album" AS t3
        WHERE t3."album_id" = t2."album_id" AND t3."artist_id" = $2::int4
      ) OR EXISTS (
        SELECT 1
        FROM "public"."customer" AS t4
        WHERE t4."customer_id" = $2::int4 AND t4."support_rep_id" > t2."genre_id"
      ))
    ) AS t1
  ) || ',"edges":' || '[' || coalesce(array_to_string((array_agg(r.o0))[:$1::int8], ','), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || (count(*) > $1::int8)::text || '}' || '}'
  FROM (
    SELECT '{"node":' || '{"name":' || selfgraph.json_string(t0."name") || CASE WHEN t5."album_id" IS NULL THEN ',"album":null}' ELSE ',"album":{"title":' || selfgraph.json_string(t5."title") || '}}' END || '}' AS o0
    FROM (
      SELECT t7."name", t7."album_id", t7."milliseconds" AS "key0", t7."track_id" AS "key1"
      FROM (
        SELECT t8.*, t8.xmin
        FROM "public"."track" AS t8
        WHERE (EXISTS (
          SELECT 1
          FROM "public"."album" AS t9
          WHERE t9."album_id" = t8."album_id" AND t9."artist_id" = $2::int4
        ) OR EXISTS (
          SELECT 1
          FROM "public"."customer" AS t10
          WHERE t10."customer_id" = $2::int4 AND t10."support_rep_id" > t8."genre_id"
        ))
      ) AS t7
      ORDER BY t7."milliseconds" DESC, t7."track_id"
      LIMIT $1::int8 + 1
    ) AS t0
    LEFT JOIN (
      SELECT t6.*, t6.xmin
      FROM "public"."album" AS t6
      WHERE t6."artist_id" = ANY ($3::text::int4[])
    ) AS t5 ON t5."album_id" = t0."album_id"
    ORDER BY t0."key0" DESC, t0."key1"
  ) AS r
), 'UTF8')
-- $1: "2"
-- $2: "90"
-- $3: "{1,2,8,90}"
