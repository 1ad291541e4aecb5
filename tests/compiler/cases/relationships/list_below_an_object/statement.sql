SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT CASE WHEN t1."id" IS NULL THEN '{"homeTeam":null}' ELSE '{"homeTeam":{"member":' || (
      SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
      FROM (
        SELECT CASE WHEN t3."id" IS NULL THEN '{"person":null}' ELSE '{"person":{"name":' || selfgraph.json_string(t3."name") || '}}' END AS o
        FROM (
          SELECT t2.*
          FROM "public"."member" AS t2
          WHERE t2."team_id" = t1."id"
          ORDER BY t2."person_id", t2."team_id"
          LIMIT least($1::int8, 100001)
        ) AS t2
        LEFT JOIN "public"."person" AS t3 ON t3."id" = t2."person_id"
        ORDER BY t2."person_id", t2."team_id"
      ) AS r
    ) || '}}' END AS o
    FROM (
      SELECT t0.*
      FROM "public"."game" AS t0
      ORDER BY t0."id"
      LIMIT least($2::int8, 100001)
    ) AS t0
    LEFT JOIN "public"."team" AS t1 ON t1."id" = t0."home_team_id"
    ORDER BY t0."id"
  ) AS r
), 'UTF8')
-- $1: "1"
-- $2: "1"
