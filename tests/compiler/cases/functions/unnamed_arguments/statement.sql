SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"id":' || t0."id"::int4::text || '}' AS o
    FROM "public"."of_authors"($1::text[]::int4[], $2::text, $3::text::bool) AS t0
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: ["1", "3"]
-- $2: "y"
-- $3: "false"
