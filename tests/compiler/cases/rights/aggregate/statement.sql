SELECT convert_to((WITH t1 AS (
  SELECT t0.*
  FROM (
    SELECT t2.*, t2.xmin
    FROM "public"."album" AS t2
    WHERE t2."artist_id" = ANY ($1::text::int4[])
  ) AS t0
) SELECT '{"aggregate":' || (
  SELECT '{"count":' || count(*)::text || ',"max":' || '{"title":' || coalesce(selfgraph.json_string(max(t1."title")), 'null') || '}' || '}'
  FROM t1 HAVING true
) || ',"nodes":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"title":' || selfgraph.json_string(t3."title") || ',"trackAggregate":' || (WITH t5 AS (
      SELECT t4.*
      FROM (
        SELECT t6.*, t6.xmin
        FROM "public"."track" AS t6
        WHERE (EXISTS (
          SELECT 1
          FROM "public"."album" AS t7
          WHERE t7."album_id" = t6."album_id" AND t7."artist_id" = $2::int4
        ) OR EXISTS (
          SELECT 1
          FROM "public"."customer" AS t8
          WHERE t8."customer_id" = $2::int4 AND t8."support_rep_id" > t6."genre_id"
        ))
      ) AS t4
      WHERE t4."album_id" = t3."album_id"
    ) SELECT '{"aggregate":' || (
      SELECT '{"count":' || count(*)::text || '}'
      FROM t5 HAVING true
    ) || '}') || '}' AS o
    FROM t1 AS t3
    ORDER BY t3."album_id"
    LIMIT 3
  ) AS r
) || '}'), 'UTF8')
-- $1: "{1,2,8,90}"
-- $2: "90"
