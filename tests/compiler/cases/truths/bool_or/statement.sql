SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || '}' AS o
    FROM "public"."author" AS t0
    WHERE EXISTS (
      SELECT 1
      FROM (
        SELECT bool_or(DISTINCT t1."published"::bool) AS value
        FROM "public"."article" AS t1
        WHERE t1."author_id" = t0."id"
      ) AS t2
      WHERE t2."value" = $1::text::bool
    ) AND EXISTS (
      SELECT 1
      FROM (
        SELECT count(*) AS value
        FROM "public"."article" AS t3
        WHERE t3."author_id" = t0."id"
      ) AS t4
      WHERE t4."value" = $2::int8
    )
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t5."name") || '}' AS o
    FROM "public"."author" AS t5
    WHERE EXISTS (
      SELECT 1
      FROM (
        SELECT bool_or(t6."published"::bool) AS value
        FROM "public"."article" AS t6
        WHERE t6."author_id" = t5."id"
      ) AS t7
      WHERE t7."value" IS NULL
    )
    ORDER BY t5."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "false"
-- $2: "1"
