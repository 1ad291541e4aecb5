SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"fullName":' || selfgraph.json_string(t0."name") || CASE WHEN t1."id" IS NULL THEN ',"chief":null,"reports":' ELSE ',"chief":{"fullName":' || selfgraph.json_string(t1."name") || '},"reports":' END || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"fullName":' || selfgraph.json_string(t2."name") || '}' AS o
        FROM "public"."person" AS t2
        WHERE t2."boss_id" = t0."id"
        ORDER BY t2."name" DESC, t2."id"
        LIMIT 100001
      ) AS r
    ) || ',"reportsAggregate":' || (WITH t4 AS (
      SELECT t3.*
      FROM "public"."person" AS t3
      WHERE t3."boss_id" = t0."id"
    ) SELECT '{"aggregate":' || (
      SELECT '{"count":' || count(t4."name")::text || '}'
      FROM t4 HAVING true
    ) || '}') || '}' AS o
    FROM "public"."person" AS t0
    LEFT JOIN "public"."person" AS t1 ON t1."id" = t0."boss_id"
    WHERE EXISTS (
      SELECT 1
      FROM "public"."person" AS t5
      WHERE t5."boss_id" = t0."id" AND t5."name" = $1::text
    )
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to(coalesce((
  SELECT CASE WHEN t7."id" IS NULL THEN '{"chief":null}' ELSE '{"chief":' || CASE WHEN t8."id" IS NULL THEN '{"chief":null}' ELSE '{"chief":{"fullName":' || selfgraph.json_string(t8."name") || '}}' END || '}' END AS o
  FROM "public"."person" AS t6
  LEFT JOIN "public"."person" AS t7 ON t7."id" = t6."boss_id"
  LEFT JOIN "public"."person" AS t8 ON t8."id" = t7."boss_id"
  WHERE t6."id" = $2::int4
), 'null'), 'UTF8')
-- $1: "Dan"
-- $2: "4"
