SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"mail":' || coalesce(selfgraph.json_string(t0."mail"), 'null') || ',"work":' || coalesce(selfgraph.json_string(t0."work"), 'null') || ',"best":' || coalesce(to_json(t0."best")::text, 'null') || '}' AS o
    FROM "public"."account" AS t0
    WHERE t0."mail" LIKE $1::text AND t0."work" = $2::text AND t0."best" @> $3::text[]::int4[]
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "a%"
-- $2: "b@x"
-- $3: ["3"]
