SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"title":' || selfgraph.json_string(t0."title") || '}' AS o
    FROM "public"."search_articles"($1::text, $2::int4) AS t0
    LIMIT 100001
  ) AS r
), 'UTF8')
-- $1: "trees"
-- $2: "150"
