SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"fullName":' || coalesce(selfgraph.json_string(t0."full_name"), 'null') || '}' AS o
    FROM "public"."account" AS t0
    WHERE t0."full_name" ILIKE $1::text
    ORDER BY t0."id"
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "ann%"
