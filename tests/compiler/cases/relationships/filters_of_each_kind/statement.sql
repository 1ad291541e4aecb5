SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || '}' AS o
    FROM "public"."team" AS t0
    WHERE EXISTS (
      SELECT 1
      FROM "public"."passport" AS t1
      WHERE t1."team_id" = t0."id" AND t1."number" = $1::text
    )
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t2."name") || '}' AS o
    FROM "public"."team" AS t2
    WHERE NOT (EXISTS (
      SELECT 1
      FROM "public"."passport" AS t3
      WHERE t3."team_id" = t2."id"
    ))
    ORDER BY t2."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"year":' || t4."year"::int4::text || '}' AS o
    FROM "public"."season" AS t4
    WHERE EXISTS (
      SELECT 1
      FROM "public"."entry" AS t5
      WHERE t5."league" = t4."league" AND t5."year" = t4."year" AND EXISTS (
        SELECT 1
        FROM "public"."team" AS t6
        WHERE t6."id" = t5."team_id" AND t6."name" = $2::text
      )
    )
    ORDER BY t4."league", t4."year"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t7."name") || '}' AS o
    FROM "public"."team" AS t7
    WHERE EXISTS (
      SELECT 1
      FROM "public"."game" AS t8
      WHERE t8."away_team_id" = t7."id" AND EXISTS (
        SELECT 1
        FROM "public"."team" AS t9
        WHERE t9."id" = t8."home_team_id" AND EXISTS (
          SELECT 1
          FROM "public"."country" AS t10
          WHERE t10."code" = t9."country_code" AND t10."code" = $3::text::bpchar
        )
      )
    )
    ORDER BY t7."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t11."name") || '}' AS o
    FROM "public"."person" AS t11
    WHERE EXISTS (
      SELECT 1
      FROM "public"."person" AS t12
      WHERE t12."id" = t11."parent_id" AND EXISTS (
        SELECT 1
        FROM "public"."person" AS t13
        WHERE t13."id" = t12."parent_id" AND t13."name" = $4::text
      )
    )
    ORDER BY t11."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "P1"
-- $2: "Bern"
-- $3: "IT"
-- $4: "Ann"
