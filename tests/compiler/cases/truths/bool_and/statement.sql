SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || '}' AS o
    FROM "public"."author" AS t0
    WHERE EXISTS (
      SELECT 1
      FROM (
        SELECT bool_and(t1."published"::bool) AS value
        FROM "public"."article" AS t1
        WHERE t1."author_id" = t0."id"
      ) AS t2
      WHERE t2."value" = $1::text::bool
    )
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t3."name") || '}' AS o
    FROM "public"."author" AS t3
    WHERE EXISTS (
      SELECT 1
      FROM (
        SELECT bool_and(t4."published"::bool) AS value
        FROM "public"."article" AS t4
        WHERE t4."author_id" = t3."id" AND t4."year" < $2::int4
      ) AS t5
      WHERE t5."value" = $3::text::bool
    )
    ORDER BY t3."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "true"
-- $2: "2021"
-- $3: "true"
