SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || '}' AS o
    FROM "public"."team" AS t0
    LEFT JOIN "public"."passport" AS t1 ON t1."team_id" = t0."id"
    ORDER BY t1."number" DESC NULLS LAST, t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t2."id"::int4::text || '}' AS o
    FROM "public"."game" AS t2
    LEFT JOIN "public"."team" AS t3 ON t3."id" = t2."away_team_id"
    LEFT JOIN "public"."team" AS t4 ON t4."id" = t2."home_team_id"
    ORDER BY t3."name", t4."name", t2."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t5."id"::int4::text || '}' AS o
    FROM "public"."entry" AS t5
    LEFT JOIN "public"."season" AS t6 ON t6."league" = t5."league" AND t6."year" = t5."year"
    ORDER BY t6."year" DESC NULLS LAST, t5."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
