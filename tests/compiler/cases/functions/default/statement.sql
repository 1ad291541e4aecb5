SELECT convert_to((
  SELECT CASE WHEN count(*) > 100000 THEN selfgraph.refuse_rows(100000)::text ELSE '[' || coalesce(string_agg(r.o, ','), '') || ']' END
  FROM (
    SELECT '{"title":' || selfgraph.json_string(t0."title") || CASE WHEN t1."id" IS NULL THEN ',"author":null}' ELSE ',"author":{"lastName":' || coalesce(selfgraph.json_string(t1."last_name"), 'null') || '}}' END AS o
    FROM (
      SELECT t0.*, row_number() OVER () AS "place"
      FROM "public"."search_articles"($1::text) AS t0
      LIMIT 100001
    ) AS t0
    LEFT JOIN "public"."author" AS t1 ON t1."id" = t0."author_id"
    ORDER BY t0."place"
  ) AS r
), 'UTF8')
-- $1: "trees"
