SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT CASE WHEN t1."id" IS NULL THEN '{"homeTeam":null}' ELSE '{"homeTeam":{"name":' || selfgraph.json_string(t1."name") || '}}' END AS o
    FROM "public"."game" AS t0
    LEFT JOIN "public"."team" AS t1 ON t1."id" = t0."home_team_id"
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
