SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT CASE WHEN t1."id" IS NULL THEN '{"a":null,"b":' ELSE '{"a":{"name":' || selfgraph.json_string(t1."name") || '},"b":' END || CASE WHEN t1."id" IS NULL THEN 'null}' ELSE '{"id":' || t1."id"::int4::text || CASE WHEN t2."code" IS NULL THEN ',"country":null}' ELSE ',"country":{"code":' || to_json(t2."code")::text || '}}' END || '}' END AS o
    FROM (
      SELECT t0.*
      FROM "public"."game" AS t0
      ORDER BY t0."id"
      LIMIT least($1::int8, 100001)
    ) AS t0
    LEFT JOIN "public"."team" AS t1 ON t1."id" = t0."home_team_id"
    LEFT JOIN "public"."country" AS t2 ON t2."code" = t1."country_code"
    ORDER BY t0."id"
  ) AS r
), 'UTF8')
-- $1: "1"
