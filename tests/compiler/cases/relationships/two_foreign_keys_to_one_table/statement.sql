SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT CASE WHEN t1."id" IS NULL THEN '{"homeTeam":null,"awayTeam":' ELSE '{"homeTeam":{"name":' || selfgraph.json_string(t1."name") || '},"awayTeam":' END || CASE WHEN t2."id" IS NULL THEN 'null}' ELSE '{"name":' || selfgraph.json_string(t2."name") || '}}' END AS o
    FROM "public"."game" AS t0
    LEFT JOIN "public"."team" AS t1 ON t1."id" = t0."home_team_id"
    LEFT JOIN "public"."team" AS t2 ON t2."id" = t0."away_team_id"
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8'), convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t3."name") || ',"gameByHomeTeamId":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"id":' || t4."id"::int4::text || '}' AS o
        FROM "public"."game" AS t4
        WHERE t4."home_team_id" = t3."id"
        ORDER BY t4."id"
        LIMIT 100001
      ) AS r
    ) || ',"gameByAwayTeamId":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT '{"id":' || t5."id"::int4::text || '}' AS o
        FROM "public"."game" AS t5
        WHERE t5."away_team_id" = t3."id"
        ORDER BY t5."id"
        LIMIT 100001
      ) AS r
    ) || '}' AS o
    FROM "public"."team" AS t3
    ORDER BY t3."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
