BEGIN;

SELECT coalesce(array_agg((s.*)::text), '{}')
FROM "public"."add_points"($1::text) AS s
-- $1: "ada"

SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || selfgraph.json_string(t0."name") || '}' AS o
    FROM unnest($1::text[]::"public"."player"[]) AS t0
    LIMIT least($2::int8, 100001)
  ) AS r
), 'UTF8')
-- $1: ["(1,Ada,11)", "(3,Adam,31)"]
-- $2: "0"

COMMIT;
