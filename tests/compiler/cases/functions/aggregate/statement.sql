SELECT convert_to((WITH t1 AS (
  SELECT t0.*, row_number() OVER () AS "place"
  FROM "public"."search_articles"($1::text) AS t0
  LIMIT least($2::int8, 100001)
) SELECT '{"aggregate":' || (
  SELECT '{"count":' || count(*)::text || ',"max":' || '{"words":' || coalesce(max(t1."words"::int4)::text, 'null') || '}' || '}'
  FROM t1 HAVING true
) || ',"nodes":' || (
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"title":' || selfgraph.json_string(t2."title") || CASE WHEN t3."id" IS NULL THEN ',"author":null}' ELSE ',"author":{"firstName":' || selfgraph.json_string(t3."first_name") || '}}' END AS o
    FROM t1 AS t2
    LEFT JOIN "public"."author" AS t3 ON t3."id" = t2."author_id"
    ORDER BY t2."place"
  ) AS r
) || '}'), 'UTF8')
-- $1: "trees"
-- $2: "5"
