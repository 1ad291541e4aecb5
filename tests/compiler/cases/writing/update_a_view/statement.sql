WITH w AS (UPDATE "public"."lively" AS t0 SET "name" = $1::text
WHERE t0."name" = $2::text RETURNING t0."name", t0."more") SELECT convert_to('{"returning":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"name":' || coalesce(selfgraph.json_string(t1."name"), 'null') || ',"more":' || coalesce(t1."more"::int4::text, 'null') || '}' AS o
    FROM w AS t1
  ) AS r
) || '}', 'UTF8')
-- $1: "Rob"
-- $2: "Bob"
